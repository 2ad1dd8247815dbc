// Where the video appears, with a look for each state of a run. It is nearly black in both themes, so that colours are
// judged rightly.
import { Download, Image as ImageIcon, SquarePen, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ApiError } from '../../api/client.ts';
import { headingForFailure } from '../../api/run-words.ts';
import { percentOf, type Run, type TaskObject } from '../../api/runs.ts';
import { paths } from '../../paths.ts';
import { LinkButton } from '../../shell/link.tsx';
import { AnchorButton, Button } from '../../ui/button.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { Reel } from '../../ui/reel.tsx';
import { formatLength, useNow } from '../../ui/time.tsx';
import styles from './stage.module.css';
import { TooDear } from './too-dear.tsx';

export interface StageProps {
  run: Run;
  taskId: string | undefined;
  refusal: ApiError | undefined;
  /** "16:9", or anything else for a ratio that is not known before. */
  ratio: string;
  usualSeconds: number | null;
  /** What the run would cost. */
  price: number | undefined;
  /** Takes a prompt to begin with; undefined where there is no prompt, or no room for them. */
  onIdea: ((prompt: string) => void) | undefined;
  onCancel: () => void;
  onChangeInput: () => void;
}

const IDEAS = [
  'A lighthouse at sunset, waves on the rocks, gulls in the wind',
  'Neon city street at night in the rain, slow camera',
  'Mountains at dawn, mist in the valley, a river, birds',
];

function aspectOf(ratio: string): string {
  return /^\d+:\d+$/.test(ratio) ? ratio.replace(':', ' / ') : '16 / 9';
}

export function Stage(props: StageProps) {
  const { run, ratio, taskId } = props;
  return (
    <section
      className={styles.stage}
      style={{ aspectRatio: aspectOf(ratio) }}
      aria-label="Stage"
      data-state={run.task?.status ?? (taskId ? 'waiting' : 'idle')}
    >
      <div className={styles.inner}>
        <Content {...props} />
      </div>
    </section>
  );
}

function Content(props: StageProps) {
  const { run, taskId, refusal } = props;
  if (refusal?.status === 402) return <TooDear refusal={refusal} price={props.price} />;
  if (refusal) return <Refused refusal={refusal} onChangeInput={props.onChangeInput} />;
  if (run.error) return <Refused refusal={run.error} onChangeInput={props.onChangeInput} />;
  if (taskId === undefined) return <Idle onIdea={props.onIdea} />;
  const { task } = run;
  if (!task) return <p className={styles.quiet}>Reading the task</p>;
  switch (task.status) {
    case 'pending':
    case 'running':
      return <Open {...props} task={task} />;
    case 'success':
      return <Done task={task} />;
    case 'failed':
      return <Failed {...props} task={task} />;
  }
}

function Idle({ onIdea }: Pick<StageProps, 'onIdea'>) {
  if (!onIdea) return <p className={styles.heading}>The video appears here</p>;
  return (
    <div className={styles.words}>
      <p className={styles.heading}>The video appears here</p>
      <p className={styles.quiet}>Begin with your own words, or with these:</p>
      <ul className={styles.ideas}>
        {IDEAS.map((idea) => (
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

/** Files are fetched and stored from here on; no provider reports this step. */
const STORING_PERCENT = 100;

function Open({ task, run, usualSeconds, onCancel }: StageProps & { task: TaskObject }) {
  const now = useNow();
  const elapsed = Math.max(0, now / 1000 - task.create_at);
  const percent = percentOf(run);
  const guess = usualSeconds ? elapsed / usualSeconds : 0;
  const isWaiting = task.status === 'pending';
  const word = isWaiting
    ? `Waiting${task.position ? ` · place ${task.position}` : ''}`
    : percent === STORING_PERCENT
      ? 'Fetching the file'
      : `Running${percent === undefined ? '' : ` · ${percent} %`}`;
  const usual = usualSeconds ? ` · usually ${formatLength(usualSeconds * 1000)}` : '';
  return (
    <div className={styles.progress}>
      <p className={styles.line}>
        <span role="status">{word}</span>
        <span>
          {formatLength(Math.floor(elapsed) * 1000)}
          {usual}
        </span>
      </p>
      <Reel
        state={isWaiting ? 'waiting' : 'running'}
        share={percent === undefined ? guess : percent / 100}
        isGuess={percent === undefined}
        isOnStage
      />
      <div className={styles.actions}>
        <Button size="small" icon={<X size={14} aria-hidden />} onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

/** What kind of file an address leads to, by its name. */
function isVideo(url: string): boolean {
  return /\.(mp4|webm|mov)$/.test(new URL(url).pathname);
}

function Done({ task }: { task: TaskObject }) {
  const urls = task.result?.media_urls ?? [];
  const video = urls.find(isVideo);
  return video ? <Film url={video} /> : <p className={styles.heading}>Done, without a video</p>;
}

/** What happened and what can be done with it, below the stage. */
export function ResultLine({ task }: { task: TaskObject }) {
  const urls = task.result?.media_urls ?? [];
  const video = urls.find(isVideo);
  const frames = urls.filter((url) => !isVideo(url));
  const seconds = task.duration_s === null ? '' : `, ${task.duration_s} s`;
  return (
    <div className={styles.result}>
      <span className={styles.figures}>
        {formatCredits(task.credits)} credits{seconds}
      </span>
      <span className={styles.actions}>
        {frames.map((url) => (
          <AnchorButton key={url} size="small" href={url} download icon={<ImageIcon size={14} aria-hidden />}>
            Last frame
          </AnchorButton>
        ))}
        {video && (
          <AnchorButton size="small" href={video} download icon={<Download size={14} aria-hidden />}>
            Download
          </AnchorButton>
        )}
        <LinkButton size="small" href={paths.task(task.task_id)}>
          Open the task
        </LinkButton>
      </span>
    </div>
  );
}

function Film({ url }: { url: string }) {
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
      key={url}
      ref={video}
      src={url}
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

function Failed({ task, onChangeInput }: StageProps & { task: TaskObject }) {
  const { error, message } = task.result ?? {};
  const cost =
    task.credits === 0 ? 'Nothing was charged.' : `${formatCredits(task.credits)} credits were charged.`;
  return (
    <div className={styles.words} role="alert">
      <p className={styles.heading}>{headingForFailure(error)}</p>
      {message && <p className={styles.quiet}>{message}</p>}
      <p className={styles.quiet}>{cost}</p>
      <div className={styles.actions}>
        <Button icon={<SquarePen size={14} aria-hidden />} onClick={onChangeInput}>
          Change the input
        </Button>
      </div>
    </div>
  );
}
