// A row of the list. Its prompt is a real link over the whole row, so that it opens in a new tab, too.
import { memo } from 'react';
import { cancelReason, detailOf, isOpen, kindOf } from '../../api/task.ts';
import type { ListedTask } from '../../api/wire.ts';
import { Link } from '../../shell/link.tsx';
import { CheckField } from '../../ui/choices.tsx';
import { classes } from '../../ui/classes.ts';
import { Money } from '../../ui/money.tsx';
import { Reel } from '../../ui/reel.tsx';
import { State } from '../../ui/state.tsx';
import { type Column, cellClass } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Poster } from './poster.tsx';
import styles from './tasks.module.css';

export const COLUMNS: readonly Column[] = [
  { name: 'Select', isNameHidden: true, isNarrow: true, isWideOnly: true },
  { name: 'Task' },
  { name: 'State', isNarrow: true, isWideOnly: true },
  { name: 'Provider', isNarrow: true, isWideOnly: true },
  { name: 'Credits', isRight: true, isNarrow: true },
  { name: 'Age', isRight: true, isNarrow: true, isWideOnly: true },
];

export function titleOf(task: Pick<ListedTask, 'prompt' | 'id'>): string {
  return task.prompt?.trim() || `Task …${task.id.slice(-6)}`;
}

export function TaskState({ task }: { task: ListedTask }) {
  return <State kind={kindOf(task)} detail={detailOf(task)} />;
}

function LiveReel({ task }: { task: ListedTask }) {
  if (!isOpen(task)) return null;
  const state = task.state === 'pending' ? 'waiting' : 'running';
  return <Reel state={state} share={task.state === 'storing' ? 1 : (task.progress ?? 0) / 100} isGuess />;
}

/**
 * Drawn again when its own task changes: a stream that changes one of fifty rows costs one row.
 * @param props.href where its task is shown.
 */
export const TaskRow = memo(function TaskRow({
  task,
  href,
  isSelected,
  onToggle,
}: {
  task: ListedTask;
  href: string;
  isSelected: boolean;
  onToggle: (id: string) => void;
}) {
  const title = titleOf(task);
  const [select, words, state, provider, credits, age] = COLUMNS.map(cellClass);
  return (
    <tr className={styles.row}>
      <td className={select}>
        <span className={styles.select}>
          {task.state === 'pending' && cancelReason(task) === undefined && (
            <CheckField
              label={`Select: ${title}`}
              isLabelHidden
              isOn={isSelected}
              onChange={() => onToggle(task.id)}
            />
          )}
        </span>
      </td>
      <td className={classes(words, styles.taskCell)}>
        <div className={styles.task}>
          <Poster task={task} />
          <span className={styles.words}>
            <Link className={styles.prompt} href={href} data-row="">
              {title}
            </Link>
            <span className={classes(styles.below, styles.modelName)}>{task.model}</span>
            <span className={styles.phoneState}>
              <TaskState task={task} />
            </span>
          </span>
        </div>
      </td>
      <td className={state}>
        <span className={styles.state}>
          <TaskState task={task} />
          <LiveReel task={task} />
        </span>
      </td>
      <td className={provider}>{task.provider ?? ''}</td>
      <td className={credits}>
        <Money credits={task.charged ?? task.held} />
      </td>
      <td className={age}>
        <span className={styles.above}>
          <Time at={task.created_at} />
        </span>
      </td>
    </tr>
  );
});
