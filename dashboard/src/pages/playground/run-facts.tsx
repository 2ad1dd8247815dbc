// What is known of a run beside its video: its events, its facts, and what was run before. Loaded when it is looked at.
import { stateOf, timelineOf } from '../../api/run-words.ts';
import { type TaskObject, useRecentTasks } from '../../api/runs.ts';
import { paths } from '../../paths.ts';
import { Link } from '../../shell/link.tsx';
import { classes } from '../../ui/classes.ts';
import { Id } from '../../ui/copy.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { Facts } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './playground.module.css';
import type { Side } from './use-side.ts';

export function Events({ side: { run } }: { side: Side }) {
  const lines = timelineOf(run.task, run.events);
  if (lines.length === 0) return <p className={styles.quiet}>What happens to the task is listed here.</p>;
  return (
    <ol className={styles.timeline}>
      {lines.map(({ id, after, text, tone }) => (
        <li key={id} className={styles.event}>
          <span className={styles.after}>{after === 0 ? '0 s' : `+${after} s`}</span>
          <span className={classes(styles.dot, styles[`tone-${tone}`])} aria-hidden="true" />
          <span className={styles.eventText}>{text}</span>
        </li>
      ))}
    </ol>
  );
}

const FACTS = ['width', 'height', 'fps', 'duration', 'seed'];

export function Details({ task }: { task: TaskObject | undefined }) {
  if (!task) return <p className={styles.quiet}>The facts of the task are listed here.</p>;
  const usage = task.result?.usage ?? {};
  const facts = FACTS.flatMap((name) =>
    typeof usage[name] === 'number' || typeof usage[name] === 'string'
      ? ([[name.charAt(0).toUpperCase() + name.slice(1), String(usage[name])]] as const)
      : [],
  );
  return (
    <Facts
      items={[
        ['Task', <Id key="id" id={task.task_id} />],
        ['State', <State key="state" kind={stateOf(task)} />],
        ['Model', task.param.model],
        ['Version', task.model_version],
        ['Provider', task.provider],
        ['Made', <Time key="made" at={task.create_at * 1000} />],
        ['Took', task.duration_s === null ? undefined : `${task.duration_s} s`],
        [task.complete_at === null ? 'Held' : 'Charged', `${formatCredits(task.credits)} credits`],
        ...facts,
      ]}
    />
  );
}

const HISTORY_MAX = 8;

/** A prompt as one line, also of an input that has none. */
function lineOf({ param }: TaskObject): string {
  const { prompt, template_id: id, template } = param.input;
  return String(prompt ?? template ?? id ?? 'Without a prompt');
}

export function History({ model }: { model: string | undefined }) {
  const { data } = useRecentTasks(model, HISTORY_MAX);
  if (!data) return <p className={styles.quiet}>Reading</p>;
  if (data.length === 0) return <p className={styles.quiet}>Nothing was made with this model yet.</p>;
  return (
    <ul className={styles.history}>
      {data.map((task) => (
        <li key={task.task_id} className={styles.past}>
          <Link href={paths.playground({ task: task.task_id })} className={styles.pastPrompt}>
            {lineOf(task)}
          </Link>
          <State kind={stateOf(task)} />
          <Time at={task.create_at * 1000} />
        </li>
      ))}
    </ul>
  );
}
