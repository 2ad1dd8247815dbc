// Where the video, pictures or sounds appear, with a look for each state of a run. It is nearly black in both themes, so that colours are
// judged rightly.
import { SquarePen, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ApiError } from '../../api/client.ts';
import { wordForMade } from '../../api/models.ts';
import { headingForFailure } from '../../api/run-words.ts';
import { cancelReason, detailOf, isOpen, kindOf } from '../../api/task.ts';
import type { TaskDetail, TaskOutput } from '../../api/wire.ts';
import { Sounds } from '../../parts/sounds.tsx';
import { Stills } from '../../parts/stills.tsx';
import { Button } from '../../ui/button.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { Reel } from '../../ui/reel.tsx';
import { formatLength, useNow } from '../../ui/time.tsx';
import styles from './stage.module.css';
import { TooDear } from './too-dear.tsx';
import type { Side } from './use-side.ts';

export interface StageProps {
  side: Side;
  /** "16:9", or anything else for a ratio that is not known before. */
  ratio: string;
  usualSeconds: number | null;
  /** What the run would cost. */
  price: number | undefined;
  /** Takes a prompt to begin with; undefined where there is no prompt, or no room for them. */
  onIdea: ((prompt: string) => void) | undefined;
  isCancelling: boolean;
  onCancel: () => void;
  onChangeInput: () => void;
}

const IDEAS = [
  'A lighthouse at sunset, waves on the rocks, gulls in the wind',
  'Neon city street at night in the rain, slow camera',
  'Mountains at dawn, mist in the valley, a river, birds',
];

const SOUND_IDEAS = [
  'A warm lo-fi beat in D minor at 84 bpm, rain outside',
  'A slow waltz for piano in A minor',
  'Epic trailer music, drums from afar, 90 bpm',
];

function aspectOf(ratio: string): string {
  return /^\d+:\d+$/.test(ratio) ? ratio.replace(':', ' / ') : '16 / 9';
}

export function Stage(props: StageProps) {
  const { side, ratio } = props;
  return (
    <section
      className={styles.stage}
      style={{ aspectRatio: aspectOf(ratio) }}
      aria-label="Stage"
      data-state={side.task ? kindOf(side.task) : side.taskId ? 'waiting' : 'idle'}
    >
      <div className={styles.inner}>
        <Content {...props} />
      </div>
    </section>
  );
}

function Content(props: StageProps) {
  const { taskId, task, taskError, refusal } = props.side;
  if (refusal?.status === 402) return <TooDear refusal={refusal} price={props.price} />;
  if (refusal) return <Refused refusal={refusal} onChangeInput={props.onChangeInput} />;
  if (taskId === undefined) return <Idle made={wordForMade(props.side.model)} onIdea={props.onIdea} />;
  if (taskError) return <Unread error={taskError} />;
  if (!task) return <p className={styles.quiet}>Reading the task</p>;
  if (isOpen(task)) return <Open {...props} task={task} />;
  return task.outputs.length > 0 ? <Done task={task} /> : <Failed {...props} task={task} />;
}

function Unread({ error }: { error: ApiError }) {
  return (
    <div className={styles.words} role="alert">
      <p className={styles.heading}>The task could not be read</p>
      <p className={styles.quiet}>{error.message}</p>
      {error.requestId && <p className={styles.quiet}>Request {error.requestId}</p>}
    </div>
  );
}

function Idle({ made, onIdea }: Pick<StageProps, 'onIdea'> & { made: string }) {
  if (!onIdea) return <p className={styles.heading}>The {made} appears here</p>;
  return (
    <div className={styles.words}>
      <p className={styles.heading}>The {made} appears here</p>
      <p className={styles.quiet}>Begin with your own words, or with these:</p>
      <ul className={styles.ideas}>
        {(made === 'sound' ? SOUND_IDEAS : IDEAS).map((idea) => (
          <li key={idea}>
            <button type="button" className={styles.idea} onClick={() => onIdea(idea)}>
              {idea}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Refused({ refusal, onChangeInput }: { refusal: ApiError; onChangeInput: () => void }) {
  const faults = refusal.faults.length > 0 ? refusal.faults : [refusal.message];
  return (
    <div className={styles.words} role="alert">
      <p className={styles.heading}>Not started. Nothing was charged.</p>
      {faults.map((fault) => (
        <p key={fault} className={styles.quiet}>
          {fault}
        </p>
      ))}
      {refusal.requestId && <p className={styles.quiet}>Request {refusal.requestId}</p>}
      <div className={styles.actions}>
        <Button onClick={onChangeInput}>Change the input</Button>
      </div>
    </div>
  );
}

function wordOf(task: TaskDetail): string {
  if (task.is_cancel_requested) return 'Stopping';
  if (task.state === 'storing') return 'Fetching the file';
  const detail = detailOf(task);
  const word = task.state === 'pending' ? 'Waiting' : 'Running';
  return detail ? `${word} · ${detail}` : word;
}

function Open({ task, usualSeconds, isCancelling, onCancel }: StageProps & { task: TaskDetail }) {
  const now = useNow();
  const elapsed = Math.max(0, (now - Date.parse(task.created_at)) / 1000);
  const guess = usualSeconds ? elapsed / usualSeconds : 0;
  const usual = usualSeconds ? ` · usually ${formatLength(usualSeconds * 1000)}` : '';
  return (
    <div className={styles.progress}>
      <div>
        <p role="status">{wordOf(task)}</p>
        <p className={styles.quiet}>
          {formatLength(Math.floor(elapsed) * 1000)}
          {usual}
        </p>
      </div>
      <Reel
        state={task.state === 'pending' ? 'waiting' : 'running'}
        share={task.state === 'storing' ? 1 : task.progress === null ? guess : task.progress / 100}
        isGuess={task.progress === null}
        isOnStage
      />
      <div className={styles.actions}>
        <Button
          size="small"
          icon={<X size={14} aria-hidden />}
          isBusy={isCancelling}
          disabledReason={cancelReason(task)}
          onClick={onCancel}
        >
          Cancel
        </Button>
      </div>
    </div>
  );
}

function Done({ task }: { task: TaskDetail }) {
  const video = task.outputs.find(({ kind }) => kind === 'video');
  if (video) return <Film key={video.url} output={video} />;
  if (task.outputs.some(({ kind }) => kind === 'audio')) {
    return (
      <div className={styles.video}>
        <Sounds outputs={task.outputs} about={task.prompt} />
      </div>
    );
  }
  return (
    <div className={styles.video}>
      <Stills outputs={task.outputs} about={task.prompt} />
    </div>
  );
}

function Film({ output: { url, poster_url: poster } }: { output: TaskOutput }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    return () => {
      // Frees what was loaded; the browser would keep it for a removed element.
      element?.removeAttribute('src');
      element?.load();
    };
  }, []);
  return (
    <video
      ref={video}
      src={url}
      poster={poster ?? undefined}
      className={styles.video}
      aria-label="The video"
      controls
      autoPlay
      muted
      loop
      playsInline
    />
  );
}

function Failed({ task, onChangeInput }: StageProps & { task: TaskDetail }) {
  const cost = task.charged ? `${formatCredits(task.charged)} credits were charged.` : 'Nothing was charged.';
  return (
    <div className={styles.words} role="alert">
      <p className={styles.heading}>{headingForFailure(task.error ?? undefined)}</p>
      {task.message && <p className={styles.quiet}>{task.message}</p>}
      <p className={styles.quiet}>{cost}</p>
      <div className={styles.actions}>
        <Button icon={<SquarePen size={14} aria-hidden />} onClick={onChangeInput}>
          Change the input
        </Button>
      </div>
    </div>
  );
}
