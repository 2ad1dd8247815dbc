// The stage of a task: the video, pictures or sounds, how far it is, or why there is none.
import { Download } from 'lucide-react';
import { headingForFailure } from '../../api/run-words.ts';
import { detailOf, isOpen, kindOf } from '../../api/task.ts';
import type { TaskDetail, TaskOutput } from '../../api/wire.ts';
import { Sounds } from '../../parts/sounds.tsx';
import { Stills } from '../../parts/stills.tsx';
import { AnchorButton } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { formatCredits } from '../../ui/money.tsx';
import { Reel } from '../../ui/reel.tsx';
import { STATES } from '../../ui/state.tsx';
import { formatLength, useNow } from '../../ui/time.tsx';
import styles from './task.module.css';

function Waiting({ task }: { task: TaskDetail }) {
  const now = useNow();
  const passedMs = Math.max(0, now - Date.parse(task.started_at ?? task.created_at));
  const { word } = STATES[kindOf(task)];
  const detail = detailOf(task);
  return (
    <div className={styles.message}>
      <strong>{detail ? `${word} · ${detail}` : word}</strong>
      <Reel
        state={task.state === 'pending' ? 'waiting' : 'running'}
        share={task.state === 'storing' ? 1 : (task.progress ?? 0) / 100}
        isGuess
        isOnStage
      />
      <p>
        {formatLength(Math.floor(passedMs / 1000) * 1000)} so far, {formatCredits(task.held)} credits held
      </p>
    </div>
  );
}

function Failed({ task }: { task: TaskDetail }) {
  const saysMoney = /nothing was charged/i.test(task.message ?? '');
  return (
    <div className={classes(styles.message, styles.failed)}>
      <strong>{headingForFailure(task.error ?? undefined)}</strong>
      {task.message && <p>{task.message}</p>}
      {!saysMoney && <p>Nothing was charged.</p>}
    </div>
  );
}

function Shown({ task, first }: { task: TaskDetail; first: TaskOutput }) {
  if (first.kind === 'image') return <Stills outputs={task.outputs} about={task.prompt} />;
  if (first.kind === 'audio') return <Sounds outputs={task.outputs} about={task.prompt} />;
  const poster = first.poster_url ?? undefined;
  return <video src={first.url} poster={poster} controls muted loop playsInline preload="metadata" />;
}

function nameOf({ kind }: TaskOutput, at: number, count: number): string {
  if (kind === 'video') return 'Download the video';
  const word = kind === 'audio' ? 'sound' : 'picture';
  return count > 1 ? `${kind === 'audio' ? 'Sound' : 'Picture'} ${at + 1}` : `Download the ${word}`;
}

export function Result({ task }: { task: TaskDetail }) {
  const [first] = task.outputs;
  return (
    <>
      <div className={styles.stage}>
        {first ? (
          <Shown task={task} first={first} />
        ) : isOpen(task) ? (
          <Waiting task={task} />
        ) : (
          <Failed task={task} />
        )}
      </div>
      {task.outputs.length > 0 && (
        <div className={styles.downloads}>
          {task.outputs.map((output, at) => (
            <AnchorButton
              key={output.url}
              size="small"
              href={output.url}
              download
              icon={<Download size={14} aria-hidden />}
            >
              {nameOf(output, at, first?.kind === 'video' ? 1 : task.outputs.length)}
            </AnchorButton>
          ))}
        </div>
      )}
    </>
  );
}
