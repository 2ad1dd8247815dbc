// One callback: every try with what was sent and answered, the body, and sending it again.

import { RotateCcw } from 'lucide-react';
import { useCallback, useReplay } from '../../api/callbacks.ts';
import { toApiError } from '../../api/client.ts';
import { useRoleReason } from '../../api/queries.ts';
import type { CallbackInFull, CallbackTry } from '../../api/wire.ts';
import { answerOf, CallbackStateChip, nameOfOccasion } from '../../parts/callback-words.tsx';
import { paths } from '../../paths.ts';
import { Link } from '../../shell/link.tsx';
import { Fault, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Id } from '../../ui/copy.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { Facts } from '../../ui/page.tsx';
import { formatLength, Time } from '../../ui/time.tsx';
import styles from './callbacks.module.css';

const TRIGGERS = { schedule: 'By schedule', replay: 'Replayed', copy: 'Copy' } as const;

export function CallbackDetail({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useCallback(id);
  const replay = useReplay();
  const reason = useRoleReason('member');
  const fault = toFault(replay.error) ?? (found.data ? undefined : toFault(found.error));
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title="Callback"
      width={560}
      foot={
        <Button
          variant="primary"
          icon={<RotateCcw size={16} aria-hidden />}
          disabledReason={reason}
          isBusy={replay.isPending}
          onClick={() => replay.mutate(id)}
        >
          Replay
        </Button>
      }
    >
      <div className={styles.stack}>
        {fault && <Fault {...fault} />}
        <p role="status" className={replay.isSuccess ? styles.words : 'visually-hidden'}>
          {replay.isSuccess ? 'It is sent again now, under the same id.' : ''}
        </p>
        {found.data ? <Detail callback={found.data} /> : found.isPending && <Skeleton height={240} />}
      </div>
    </Sheet>
  );
}

function toFault(error: unknown) {
  if (!error) return undefined;
  const { message, requestId } = toApiError(error);
  return { title: 'That did not work', message, requestId };
}

function Detail({ callback }: { callback: CallbackInFull }) {
  const { task_id: taskId, next_try_at: nextTryAt, all_tries: tries, body } = callback;
  return (
    <>
      <Facts
        items={[
          ['State', <CallbackStateChip key="state" state={callback.state} />],
          ['About', nameOfOccasion(callback.occasion)],
          [
            'Task',
            taskId && (
              <Link key="task" href={paths.task(taskId)}>
                …{taskId.slice(-6)}
              </Link>
            ),
          ],
          ['Address', callback.url],
          ['Id of every try', <Id key="id" id={callback.id} short />],
          ['Next try', nextTryAt && <Time key="next" at={nextTryAt} />],
        ]}
      />
      <div>
        <h3 className={styles.label}>Tries</h3>
        {tries.length === 0 && <p className={styles.words}>None yet.</p>}
        <div className={styles.tries}>
          {tries.toReversed().map((made) => (
            <Try key={made.number} made={made} />
          ))}
        </div>
      </div>
      <div className={styles.stack}>
        <h3 className={styles.label}>Body</h3>
        {body === null ? (
          <p className={styles.words}>The task is no longer stored, so it cannot be sent again.</p>
        ) : (
          <Code text={indent(body)} label="Body" wraps />
        )}
      </div>
    </>
  );
}

function Try({ made }: { made: CallbackTry }) {
  return (
    <details className={styles.try}>
      <summary>
        <span>
          {made.number}. {answerOf(made)}
        </span>
        <span className={styles.quiet}>
          {TRIGGERS[made.trigger]} · {formatLength(made.duration_ms)}
        </span>
        <span className={styles.end}>
          <Time at={made.sent_at} />
        </span>
      </summary>
      <div className={styles.inside}>
        {made.error && <p className={styles.words}>{made.error}</p>}
        <h4 className={styles.label}>Sent, without the signature, which is not kept</h4>
        <Code text={headerLines(made.request_headers)} label={`Headers of try ${made.number}`} wraps />
        {made.response_head !== null && (
          <>
            <h4 className={styles.label}>Answered, first 1 KiB</h4>
            <Code
              text={made.response_head || '(an empty body)'}
              label={`Answer to try ${made.number}`}
              wraps
            />
          </>
        )}
      </div>
    </details>
  );
}

/** Headers as lines. */
export function headerLines(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** JSON with its lines indented; any other text as it is. */
export function indent(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // No JSON: shown as it came.
    return text;
  }
}
