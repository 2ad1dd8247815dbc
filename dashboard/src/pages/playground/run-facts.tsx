// What is known of a run beside its video: its events, its facts, and what was run before. Loaded when it is looked at.
import { timelineOf } from '../../api/run-words.ts';
import { detailOf, kindOf, secondsOf } from '../../api/task.ts';
import { useTaskList } from '../../api/tasks.ts';
import type { TaskDetail } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { Link } from '../../shell/link.tsx';
import { classes } from '../../ui/classes.ts';
import { Id } from '../../ui/copy.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { Facts } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './playground.module.css';

/** Beside the stage seconds are enough; its own page has the tenths, too. */
function afterWords(seconds: number): string {
  return seconds < 1 ? '0 s' : `+${Math.round(seconds)} s`;
}

export function Events({ task }: { task: TaskDetail | undefined }) {
  if (!task) return <p className={styles.quiet}>What happens to the task is listed here.</p>;
  return (
    <ol className={styles.timeline}>
      {timelineOf(task).map(({ id, after, text, tone }) => (
        <li key={id} className={styles.event}>
          <span className={styles.after}>{afterWords(after)}</span>
          <span className={classes(styles.dot, styles[`tone-${tone}`])} aria-hidden="true" />
          <span className={styles.eventText}>{text}</span>
        </li>
      ))}
    </ol>
  );
}

const FACTS = ['width', 'height', 'fps', 'duration', 'seed'];

export function Details({ task }: { task: TaskDetail | undefined }) {
  if (!task) return <p className={styles.quiet}>The facts of the task are listed here.</p>;
  const { usage } = task;
  const facts = FACTS.flatMap((name) =>
    typeof usage[name] === 'number' || typeof usage[name] === 'string'
      ? ([[name.charAt(0).toUpperCase() + name.slice(1), String(usage[name])]] as const)
      : [],
  );
  const seconds = secondsOf(task);
  return (
    <Facts
      items={[
        ['Task', <Id key="id" id={task.id} />],
        ['State', <State key="state" kind={kindOf(task)} detail={detailOf(task)} />],
        ['Model', task.model],
        ['Version', task.model_version],
        ['Provider', task.provider],
        ['Made', <Time key="made" at={task.created_at} />],
        ['Took', seconds === undefined ? undefined : `${seconds} s`],
        [task.charged === null ? 'Held' : 'Charged', `${formatCredits(task.charged ?? task.held)} credits`],
        ...facts,
      ]}
    />
  );
}

const HISTORY_MAX = 8;

export function History({ model }: { model: string | undefined }) {
  const { data } = useTaskList({ model });
  const tasks = data?.pages[0]?.items.slice(0, HISTORY_MAX);
  if (!tasks) return <p className={styles.quiet}>Reading</p>;
  if (tasks.length === 0) return <p className={styles.quiet}>Nothing was made with this model yet.</p>;
  return (
    <ul className={styles.history}>
      {tasks.map((task) => (
        <li key={task.id} className={styles.past}>
          <Link href={paths.playground({ task: task.id })} className={styles.pastPrompt}>
            {task.prompt ?? 'Without a prompt'}
          </Link>
          <State kind={kindOf(task)} />
          <Time at={task.created_at} />
        </li>
      ))}
    </ul>
  );
}
