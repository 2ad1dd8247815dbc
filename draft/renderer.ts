// Starts one child process for each render, so that a crash, a hostile picture or a leak ends with that process. Loads
// nothing native: a server starts without any drawing package.
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './child-environment.ts';
import type { EncoderName } from './encode/encoder.ts';
import type {
  RenderFailure,
  RenderJob,
  RenderMessage,
  RenderResult,
  SoundJob,
  SoundResult,
  StillJob,
  StillResult,
} from './job.ts';
import type { ProbeMessage, RenderOrder } from './render-process.ts';
import type { RenderSettings } from './render-video.ts';

export interface RendererOptions {
  /** Drawing threads of one render; all cores unless said. */
  workers?: number;
  /** A render that takes longer is killed. */
  timeoutMs: number;
  /** Scheduling priority of the render process, 0 to 19; higher leaves the API more of the processor. */
  niceness: number;
  /** Absolute path of an ffmpeg program, used where the encoder package does not load. */
  ffmpegPath?: string;
  /** Use this encoder and try no other; for tests and tools, no setting sets it. */
  encoder?: EncoderName;
}

export interface RenderOptions {
  /** Aborting kills the render; the promise rejects with reason `cancelled` once the process is gone. */
  signal: AbortSignal;
  onProgress: (progress: { framesDone: number; framesTotal: number }) => void;
  /** Instead of the renderer's own. */
  niceness?: number;
}

export interface Renderer {
  /** Resolves when the files are written. @throws {RenderError} for every other end. */
  render(job: RenderJob, options: RenderOptions): Promise<RenderResult>;
  /** The same for pictures; the progress counts them. */
  renderStills(job: StillJob, options: RenderOptions): Promise<StillResult>;
  /** The same for sounds; the progress counts them. */
  renderSounds(job: SoundJob, options: RenderOptions): Promise<SoundResult>;
}

/** Whether drafts can be rendered on this machine: the encoder that will be used, or why there is none. */
export type RendererAvailability =
  | { available: true; encoder: EncoderName }
  | { available: false; reason: string };

/** A render that ended without a result. */
export class RenderError extends Error {
  readonly failure: RenderFailure;

  constructor(failure: RenderFailure) {
    super(failure.message);
    this.name = 'RenderError';
    this.failure = failure;
  }
}

/** Bounds the script heap of a render; frames live outside of it, in a fixed number of buffers. */
const HEAP_LIMIT_MB = 1024;
const PROBE_TIMEOUT_MS = 20_000;
/** How much of a crashing child's error output the failure message keeps. */
const COMPLAINT_LIMIT_CHARACTERS = 2_000;

export function createRenderer(options: RendererOptions): Renderer {
  return {
    render: (job, renderOptions) => {
      const order: RenderOrder = { type: 'render', job, settings: toSettings(options) };
      return runRender<RenderResult>(order, options, renderOptions);
    },
    renderStills: (job, renderOptions) =>
      runRender<StillResult>({ type: 'stills', job }, options, renderOptions),
    renderSounds: (job, renderOptions) =>
      runRender<SoundResult>({ type: 'sounds', job, settings: toSettings(options) }, options, renderOptions),
  };
}

/** Starts a render process once and asks it what loads. Never rejects. */
export async function rendererAvailability(
  options: Pick<RendererOptions, 'ffmpegPath' | 'encoder'> = {},
): Promise<RendererAvailability> {
  const child = startProcess(0);
  const answer = await new Promise<ProbeMessage>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), PROBE_TIMEOUT_MS);
    child.once('message', (message) => resolve(message as ProbeMessage));
    child.once('error', (error) => resolve({ type: 'probed', reason: error.message }));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ type: 'probed', reason: `the render process ended with ${signal ?? code}` });
    });
    send(child, { type: 'probe', settings: toSettings(options) });
  });
  return answer.encoder
    ? { available: true, encoder: answer.encoder as EncoderName }
    : { available: false, reason: answer.reason ?? 'no encoder' };
}

function toSettings(options: Pick<RendererOptions, 'workers' | 'ffmpegPath' | 'encoder'>): RenderSettings {
  return {
    workers: options.workers ?? availableParallelism(),
    ffmpegPath: options.ffmpegPath,
    only: options.encoder,
  };
}

function startProcess(niceness: number): ChildProcess {
  const child = fork(fileURLToPath(new URL('./render-process.ts', import.meta.url)), [], {
    execArgv: ['--expose-gc', `--max-old-space-size=${HEAP_LIMIT_MB}`],
    env: childEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
  lowerPriority(child, niceness);
  return child;
}

/** Threads take over the priority that holds when they start, so this comes before the child has any. */
function lowerPriority(child: ChildProcess, niceness: number): void {
  if (child.pid === undefined || niceness === 0) return;
  try {
    setPriority(child.pid, niceness);
  } catch (error) {
    // A child that is gone already will be reported by its exit; anything else is a wrong setting.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

function send(child: ChildProcess, order: RenderOrder): void {
  // A child that cannot be reached ends, and its exit is what gets reported.
  child.send(order, () => undefined);
}

function runRender<Result extends RenderResult | StillResult | SoundResult>(
  order: RenderOrder,
  options: RendererOptions,
  { signal, onProgress, niceness }: RenderOptions,
) {
  return new Promise<Result>((resolve, reject) => {
    const fail = (failure: RenderFailure): void => reject(new RenderError(failure));
    if (signal.aborted) {
      fail({ reason: 'cancelled', message: 'The render was cancelled before it began.' });
      return;
    }
    const child = startProcess(niceness ?? options.niceness);
    let complaint = '';
    let ending: RenderFailure | undefined;
    let result: Result | undefined;
    const kill = (failure: RenderFailure): void => {
      ending ??= failure;
      child.kill('SIGKILL');
    };
    const cancel = (): void => kill({ reason: 'cancelled', message: 'The render was cancelled.' });
    const timer = setTimeout(
      () => kill({ reason: 'timed_out', message: `The render took longer than ${options.timeoutMs} ms.` }),
      options.timeoutMs,
    );
    signal.addEventListener('abort', cancel, { once: true });
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      end();
    };
    child.stderr?.on('data', (text: Buffer) => {
      complaint = (complaint + text).slice(-COMPLAINT_LIMIT_CHARACTERS);
    });
    child.on('message', (message: RenderMessage) => {
      if (message.type === 'progress') onProgress(message);
      else if (message.type === 'done') result = message.result as Result;
      else ending ??= message.failure;
    });
    child.once('error', (error) => {
      settle(() => fail({ reason: 'internal', message: `No render process: ${error.message}` }));
    });
    child.once('close', (code, killedBy) => {
      const crash: RenderFailure = {
        reason: 'crashed',
        message: `The render process ended with ${killedBy ?? code} and no result. ${complaint}`.trim(),
      };
      settle(() => (result && !ending ? resolve(result) : fail(ending ?? crash)));
    });
    send(child, order);
  });
}
