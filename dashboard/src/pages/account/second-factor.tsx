// The second factor of the person: what it is, how it is added in two steps with its backup codes, how it goes away.
import { useState } from 'react';
import { useMe } from '../../api/queries.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  readMeAgain,
  removeSecondFactor,
} from '../../api/second-factor.ts';
import type { AppSecret } from '../../api/wire.ts';
import { CodeField } from '../../parts/code-field.tsx';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { PasswordField } from '../../ui/fields.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { Card } from '../../ui/page.tsx';
import styles from './account.module.css';

const GROUP = /.{4}/g;

export function SecondFactorCard() {
  const has = useMe().person.second_factor;
  const [open, setOpen] = useState<'add' | 'remove'>();
  const close = () => setOpen(undefined);
  return (
    <Card title="Second factor">
      <div className={styles.form}>
        <p className={styles.quiet}>
          {has
            ? 'On. A sign-in asks for a code of your authenticator app after the password.'
            : 'Off. With it, a sign-in asks for a code of your authenticator app after the password.'}
        </p>
        <div className={styles.row}>
          {has ? (
            <Button onClick={() => setOpen('remove')}>Remove it</Button>
          ) : (
            <Button onClick={() => setOpen('add')}>Add a second factor</Button>
          )}
        </div>
      </div>
      {open === 'add' && <AddDialog onClose={close} />}
      {open === 'remove' && <RemoveDialog onClose={close} />}
    </Card>
  );
}

/** Password, then the first code, then the backup codes. */
function AddDialog({ onClose }: { onClose: () => void }) {
  const [secret, setSecret] = useState<AppSecret>();
  const [codes, setCodes] = useState<readonly string[]>();
  // Only now, since this card would close the dialog before the codes were seen.
  const leave = () => {
    if (codes) void readMeAgain();
    onClose();
  };
  if (codes) return <BackupCodes codes={codes} onClose={leave} />;
  if (secret) return <FirstCode secret={secret} onCodes={setCodes} onClose={leave} />;
  return <AskPassword onSecret={setSecret} onClose={leave} />;
}

function AskPassword({ onSecret, onClose }: { onSecret: (secret: AppSecret) => void; onClose: () => void }) {
  const { isBusy, error, send } = useSending();
  const [password, setPassword] = useState('');
  const submit = () => send(async () => onSecret(await beginSecondFactor(password)));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Add a second factor"
      onSubmit={submit}
      foot={<Submit verb="Go on" isBusy={isBusy} reason={password ? undefined : 'Enter your password'} />}
    >
      <div className={styles.form}>
        <p>You need an authenticator app. Your other sessions end when you are done.</p>
        <PasswordField
          label="Your password"
          autoComplete="current-password"
          autoFocus
          isRequired
          value={password}
          onChange={setPassword}
        />
        <FaultOf error={error} title="Nothing was changed" />
      </div>
    </Dialog>
  );
}

function FirstCode({
  secret: { secret, uri },
  onCodes,
  onClose,
}: {
  secret: AppSecret;
  onCodes: (codes: readonly string[]) => void;
  onClose: () => void;
}) {
  const { isBusy, error, send } = useSending();
  const [code, setCode] = useState('');
  const submit = () => send(async () => onCodes(await confirmSecondFactor(code)));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Add it to your app"
      onSubmit={submit}
      foot={
        <Submit
          verb="Turn it on"
          isBusy={isBusy}
          reason={code.trim() ? undefined : 'Enter the code that your app shows'}
        />
      }
    >
      <div className={styles.form}>
        <p>Type this key into your app, or give it the link.</p>
        <Code label="Key" text={secret.match(GROUP)?.join(' ') ?? secret} wraps />
        <Code label="Link for the app" text={uri} wraps />
        <CodeField value={code} onChange={setCode} hasBackup={false} isFocused={false} />
        <FaultOf error={error} title="It is not on yet" />
      </div>
    </Dialog>
  );
}

/** The only time that they can be seen. */
function BackupCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Keep your backup codes"
      foot={
        <Button variant="primary" onClick={onClose}>
          I have kept them
        </Button>
      }
    >
      <div className={styles.form}>
        <p>
          The second factor is on. Each of these codes stands in for your app, once. They are shown this once:
          keep them apart from your phone.
        </p>
        <Code label="Backup codes" text={codes.join('\n')} />
      </div>
    </Dialog>
  );
}

function RemoveDialog({ onClose }: { onClose: () => void }) {
  const { isBusy, error, send } = useSending();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const submit = async () => {
    if (await send(() => removeSecondFactor({ password, code }))) onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Remove the second factor?"
      onSubmit={submit}
      foot={
        <Submit
          verb="Remove it"
          isBusy={isBusy}
          reason={password && code.trim() ? undefined : 'Enter your password and a code'}
        />
      }
    >
      <div className={styles.form}>
        <p>From then on the password alone signs you in. Your other sessions end.</p>
        <PasswordField
          label="Your password"
          autoComplete="current-password"
          autoFocus
          isRequired
          value={password}
          onChange={setPassword}
        />
        <CodeField value={code} onChange={setCode} isFocused={false} />
        <FaultOf error={error} title="It is still on" />
      </div>
    </Dialog>
  );
}

function Submit({ verb, isBusy, reason }: { verb: string; isBusy: boolean; reason: string | undefined }) {
  return (
    <Button variant="primary" type="submit" isBusy={isBusy} disabledReason={reason}>
      {verb}
    </Button>
  );
}
