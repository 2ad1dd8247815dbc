// The signing secret: masked, shown to owners on request, changed with an overlap.
import { useState } from 'react';
import { useRevealSecret, useRotateSecret, useSecret } from '../../api/callbacks.ts';
import { toApiError } from '../../api/client.ts';
import { useRoleReason } from '../../api/queries.ts';
import { Fault, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/choices.tsx';
import { Code } from '../../ui/code.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { Card } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { TypedWord, untypedReason } from '../../ui/typed-word.tsx';
import styles from './callbacks.module.css';

const OVERLAPS = [
  { value: '0', label: 'None' },
  { value: '1', label: '1 h' },
  { value: '24', label: '24 h' },
  { value: '168', label: '7 d' },
] as const;

/** Typed before the old secret stops at once. */
const WORD = 'rotate';

export function SecretCard() {
  const secret = useSecret();
  const reveal = useRevealSecret();
  const [isRotating, setRotating] = useState(false);
  const reason = useRoleReason('owner');
  const shown = reveal.data?.secret;
  const error = reveal.error ?? (secret.data ? null : secret.error);
  return (
    <Card title="Signing secret">
      {error && <SecretFault error={error} onRetry={() => secret.refetch()} />}
      <div className={styles.secret}>
        {secret.data ? (
          <span className={styles.hint}>{shown ?? secret.data.hint}</span>
        ) : (
          secret.isPending && <Skeleton height={34} width={110} />
        )}
        <span className={styles.grow}>
          {secret.data?.earlier_until ? (
            <>
              The one before signs as well and ends <Time at={secret.data.earlier_until} />.
            </>
          ) : (
            'Check the signature of what you receive with it: Standard Webhooks has libraries for that.'
          )}
        </span>
        <span className={styles.buttons}>
          {shown ? (
            <Button size="small" onClick={() => reveal.reset()}>
              Hide
            </Button>
          ) : (
            <Button
              size="small"
              disabledReason={reason}
              isBusy={reveal.isPending}
              onClick={() => reveal.mutate(undefined)}
            >
              Reveal
            </Button>
          )}
          <Button size="small" disabledReason={reason} onClick={() => setRotating(true)}>
            Rotate…
          </Button>
        </span>
      </div>
      {isRotating && <RotateDialog onClose={() => setRotating(false)} onRotate={() => reveal.reset()} />}
    </Card>
  );
}

function SecretFault({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { message, requestId } = toApiError(error);
  return (
    <Fault title="The secret could not be read" message={message} requestId={requestId} onRetry={onRetry} />
  );
}

function RotateDialog({ onClose, onRotate }: { onClose: () => void; onRotate: () => void }) {
  const rotate = useRotateSecret();
  const [hours, setHours] = useState<(typeof OVERLAPS)[number]['value']>('24');
  const [typed, setTyped] = useState('');
  const disabledReason = hours === '0' ? untypedReason(WORD, typed) : undefined;
  const send = () => disabledReason === undefined && rotate.mutate(Number(hours), { onSuccess: onRotate });
  if (rotate.data) {
    return (
      <Dialog isOpen onClose={onClose} title="The new secret" foot={<Button onClick={onClose}>Done</Button>}>
        <div className={styles.stack}>
          <Code text={rotate.data.secret} label="New signing secret" wraps />
          <p className={styles.words}>
            {rotate.data.earlier_until ? (
              <>
                Callbacks are signed with the old one too, until <Time at={rotate.data.earlier_until} />.
              </>
            ) : (
              'The old one signs nothing any more.'
            )}
          </p>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Rotate the signing secret"
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button variant="danger" type="submit" isBusy={rotate.isPending} disabledReason={disabledReason}>
            Rotate
          </Button>
        </>
      }
    >
      <div className={styles.stack}>
        <p className={styles.words}>A new secret is made now. For the overlap both sign every callback.</p>
        <Segments label="Overlap" isWide choices={OVERLAPS} value={hours} onChange={setHours} />
        {hours === '0' && (
          <>
            <p className={styles.words}>A receiver that has the old secret refuses callbacks from now on.</p>
            <TypedWord word={WORD} value={typed} onChange={setTyped} />
          </>
        )}
        {rotate.error && <SecretFault error={rotate.error} onRetry={send} />}
      </div>
    </Dialog>
  );
}
