// Below the stage once there is a run. Loaded with the first run.
import { Download, Image as ImageIcon } from 'lucide-react';
import { isOpen, secondsOf } from '../../api/task.ts';
import type { TaskDetail } from '../../api/wire.ts';
import { Pictures } from '../../parts/pictures.tsx';
import { paths } from '../../paths.ts';
import { LinkButton } from '../../shell/link.tsx';
import { AnchorButton } from '../../ui/button.tsx';
import { formatCredits } from '../../ui/money.tsx';
import styles from './stage.module.css';

/** What a run costs, and how long it took once it has ended. */
function moneyOf(task: TaskDetail): string {
  if (isOpen(task)) return `${formatCredits(task.held)} credits held`;
  const seconds = secondsOf(task);
  return `${formatCredits(task.charged ?? 0)} credits${seconds === undefined ? '' : `, ${seconds} s`}`;
}

/**
 * What the run costs and what can be done with it, below the stage. It stands there as long as there is a run, so that
 * nothing moves when the run ends.
 * @param props.task undefined while it is read.
 */
export function ResultLine({ taskId, task }: { taskId: string; task: TaskDetail | undefined }) {
  const outputs = task?.outputs ?? [];
  const video = outputs.find(({ kind }) => kind === 'video');
  const pictures = outputs.filter(({ kind }) => kind === 'image');
  const sounds = outputs.filter(({ kind }) => kind === 'audio');
  return (
    <>
      <div className={styles.result}>
        <span className={styles.figures}>{task && moneyOf(task)}</span>
        {pictures.map(({ url }, at) => (
          <AnchorButton key={url} size="small" href={url} download icon={<ImageIcon size={14} aria-hidden />}>
            {video ? 'Last frame' : pictures.length > 1 ? `Picture ${at + 1}` : 'Download the picture'}
          </AnchorButton>
        ))}
        {sounds.map(({ url }, at) => (
          <AnchorButton key={url} size="small" href={url} download icon={<Download size={14} aria-hidden />}>
            {sounds.length > 1 ? `Sound ${at + 1}` : 'Download the sound'}
          </AnchorButton>
        ))}
        {video && (
          <AnchorButton size="small" href={video.url} download icon={<Download size={14} aria-hidden />}>
            Download
          </AnchorButton>
        )}
        <LinkButton size="small" href={paths.task(taskId)}>
          Open the task
        </LinkButton>
      </div>
      {task && <Pictures task={task} />}
    </>
  );
}
