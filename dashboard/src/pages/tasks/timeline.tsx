// What happened, oldest first: time since the start, a sign, a sentence. Steps of progress fold into one line.
import { timelineOf } from '../../api/run-words.ts';
import type { TaskAttempt, TaskDetail } from '../../api/wire.ts';
import { classes } from '../../ui/classes.ts';
import { formatCredits } from '../../ui/money.tsx';
import { Card } from '../../ui/page.tsx';
import { formatExact, formatLength } from '../../ui/time.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import styles from './task.module.css';

export function Timeline({ task }: { task: TaskDetail }) {
  const beginMs = Date.parse(task.created_at);
  const lines = timelineOf(task);
  return (
    <Card title="Timeline">
      <ol className={styles.timeline}>
        {lines.map(({ id, after, text, tone }) => (
          <li key={id} className={styles.event}>
            <Tooltip label={formatExact(new Date(beginMs + after * 1000))}>
              <span
                className={styles.after}
                // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time must be found by keyboard too
                tabIndex={0}
              >
                {after <= 0 ? '0 s' : `+${formatLength(after * 1000)}`}
              </span>
            </Tooltip>
            <span className={classes(styles.dot, styles[`tone-${tone}`])} aria-hidden="true" />
            <span className={styles.text}>{text}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

const OUTCOMES: Record<string, string> = {
  assigned: 'chosen, nothing sent yet',
  intent: 'being sent',
  accepted: 'working on it',
  rejected: 'did not take it',
  unknown: 'nobody knows whether it was taken',
  succeeded: 'made it',
  failed: 'did not make it',
  abandoned: 'given up, nothing was made',
};

function moneyOf({ charged }: TaskAttempt): string {
  return charged === null ? 'not charged yet' : `${formatCredits(charged)} credits`;
}

function lengthOf({ created_at: from, ended_at: to }: TaskAttempt): string {
  return to === null ? '' : formatLength(Math.max(0, Date.parse(to) - Date.parse(from)));
}

export function Attempts({ task }: { task: TaskDetail }) {
  if (task.attempts.length === 0) return null;
  return (
    <Card title="Attempts">
      <ol className={styles.lines}>
        {task.attempts.map((attempt) => (
          <li key={attempt.attempt} className={styles.line}>
            <span>
              {attempt.provider}: {OUTCOMES[attempt.state] ?? attempt.state}
              {attempt.is_late && ', too late for this task'}
              {attempt.words && <span className={styles.quiet}> · {attempt.words}</span>}
            </span>
            <span className={styles.quiet}>
              {[lengthOf(attempt), moneyOf(attempt)].filter(Boolean).join(' · ')}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
