import { useState } from 'react';
import { makeKey } from '../../api/keys.ts';
import { useMe } from '../../api/queries.ts';
import { type Mode, useSession } from '../../api/session.ts';
import type { MadeKey, Role } from '../../api/wire.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { ROLE_CHOICES, ROLES } from '../../parts/roles.ts';
import { Fault } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/choices.tsx';
import { Code } from '../../ui/code.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Confirm, Sheet } from '../../ui/overlays.tsx';
import styles from './keys.module.css';
import { LimitFields } from './limit-fields.tsx';
import { findTextFaults, limitsOf, NO_LIMITS } from './limits.ts';

const MODES = [
  { value: 'test', label: 'Test' },
  { value: 'live', label: 'Live' },
] as const;

const MODE_WORDS: Record<Mode, string> = {
  test: 'Drafts in seconds, with test credits. No provider is called.',
  live: 'Real results of providers, for real credits.',
};

/** Asks what the key may do, then shows it once. */
export function NewKeySheet({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const session = useSession();
  const { isBusy, error, send } = useSending();
  const [mode, setMode] = useState<Mode>(session.mode);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [texts, setTexts] = useState(NO_LIMITS);
  const [faults, setFaults] = useState<string[]>([]);
  const [made, setMade] = useState<MadeKey>();
  const submit = async () => {
    const found = findTextFaults(texts);
    setFaults(found);
    if (found.length > 0) return;
    await send(async () => setMade(await makeKey({ mode, name: name.trim(), role, ...limitsOf(texts) })));
    onMade();
  };
  if (made) return <MadeSheet made={made} onClose={onClose} />;
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title="New key"
      isDirty={name !== '' || texts !== NO_LIMITS}
      onSubmit={submit}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            isBusy={isBusy}
            disabledReason={name.trim() === '' ? 'Give the key a name' : undefined}
          >
            Make the key
          </Button>
        </>
      }
    >
      <Segments
        label="Mode"
        description={MODE_WORDS[mode]}
        isWide
        choices={MODES}
        value={mode}
        onChange={setMode}
      />
      <TextField
        label="Name"
        isRequired
        autoComplete="off"
        maxLength={100}
        value={name}
        onChange={setName}
        description="For people: the program or the customer that uses it."
      />
      <Segments
        label="Role"
        description={ROLES[role].may}
        isWide
        choices={ROLE_CHOICES}
        value={role}
        onChange={setRole}
      />
      <TextField
        label="Works until"
        type="date"
        value={texts.expires}
        onChange={(expires) => setTexts({ ...texts, expires })}
        description="The last day, in UTC. Empty: for good."
      />
      <LimitFields mode={mode} texts={texts} onChange={setTexts} />
      {faults.length > 0 && <Fault title="The key was not made" faults={faults} />}
      <FaultOf error={error} title="The key was not made" />
    </Sheet>
  );
}

/** The only time that a key can be seen; closing asks once whether it was kept. */
export function MadeSheet({ made, onClose }: { made: MadeKey; onClose: () => void }) {
  const { server } = useMe();
  const [isAsking, setAsking] = useState(false);
  const curl = [
    `curl ${server.public_url.replace(/\/$/, '')}/api/v1/client/job/CreateTask \\`,
    `  -H 'x-api-key: ${made.key}' -H 'content-type: application/json' \\`,
    `  -d '{"model":"reelay/draft-t2v","input":{"prompt":"A lake at sunset"}}'`,
  ].join('\n');
  return (
    <>
      <Sheet
        isOpen
        onClose={() => setAsking(true)}
        title={`The key ${made.name}`}
        foot={
          <Button variant="primary" onClick={() => setAsking(true)}>
            Done
          </Button>
        }
      >
        <p>It is shown this once. Keep it where secrets are kept: anybody who has it can use it.</p>
        <Code label="The key" text={made.key} wraps />
        <div className={styles.row}>
          <CopyButton text={made.key} label="Copy the key" hasWords />
        </div>
        <Code label="A first request" text={curl} />
      </Sheet>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title="Is the key kept?"
        verb="Close"
        onConfirm={onClose}
      >
        <p>It cannot be shown again. If it is lost, rotate it.</p>
      </Confirm>
    </>
  );
}
