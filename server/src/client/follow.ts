// Waiting for a task at a terminal: its progress on the standard error, Ctrl-C that leaves the task alone, and its files under
// names of a template.
import { mkdir } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import type { FinishedTask, Progress, Reelay, Task } from '../../../sdk/src/sdk.ts';
import { steadyClock } from '../lib/time.ts';
import { ClientFault } from './faults.ts';
import { type PrintOptions, printLine, printOne, say } from './output.ts';

export interface FollowOptions extends PrintOptions {
  /** Seconds. */
  timeout?: number;
  output?: string;
  download?: boolean;
}

export const OUTPUT_TEMPLATE = '{model}-{id}-{n}{ext}';
const TEMPLATE_WORDS = ['model', 'id', 'n', 'ext'];

/** The words in a template that mean nothing. */
export function findUnknownWords(template: string): string[] {
  const words = [...template.matchAll(/\{(\w+)\}/g)].map(([, word]) => word);
  return words.filter((word) => !TEMPLATE_WORDS.includes(word));
}

const TICK_MS = 1_000;
/** The server knows the place of a task once it has waited for a second, and looks again no more often. */
const POSITION_EVERY_TICKS = 3;

/** One line that is written again and again at a terminal, and a line for each change elsewhere. */
class ProgressLine {
  readonly #startMs = steadyClock();
  readonly #usualSeconds: number | null;
  #last = '';
  position: number | undefined;

  constructor(usualSeconds: number | null) {
    this.#usualSeconds = usualSeconds;
  }

  show({ task, percent }: Progress): void {
    const facts = [
      task.status,
      task.status === 'pending' && this.position !== undefined ? `place ${this.position}` : '',
      percent === undefined || task.status !== 'running' ? '' : `${percent} %`,
    ].filter(Boolean);
    const seconds = Math.round((steadyClock() - this.#startMs) / 1000);
    const usual = this.#usualSeconds === null ? '' : ` of usually ${Math.round(this.#usualSeconds)} s`;
    const isTerminal = process.stderr.isTTY;
    const text = facts.join(' · ');
    if (isTerminal) process.stderr.write(`\r\u001b[2K${text} · ${seconds} s${usual}`);
    else if (text !== this.#last) say(text);
    this.#last = text;
  }

  end(): void {
    if (process.stderr.isTTY && this.#last !== '') process.stderr.write('\n');
  }
}

/** Waits for the end of a task. @throws ClientFault when the wait is left with Ctrl-C */
export async function follow(
  reelay: Reelay,
  taskId: string,
  options: FollowOptions & { usualSeconds: number | null },
): Promise<Task> {
  const line = new ProgressLine(options.usualSeconds);
  const leave = new AbortController();
  const stop = () => leave.abort();
  process.once('SIGINT', stop);
  let latest: Progress | undefined;
  let ticks = 0;
  const timer = setInterval(() => {
    if (latest === undefined) return;
    if (!options.jsonl) line.show(latest);
    if (latest.task.status !== 'pending' || ++ticks % POSITION_EVERY_TICKS !== 1) return;
    void reelay.tasks.get(taskId).then(
      ({ position }) => {
        line.position = position;
      },
      // The next look may succeed, and the wait itself reports what is wrong.
      () => undefined,
    );
  }, TICK_MS);
  try {
    return await reelay.tasks.wait(taskId, {
      signal: leave.signal,
      timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
      onUpdate: (progress) => {
        latest = progress;
        if (options.jsonl) printLine(JSON.stringify({ ...progress.task, percent: progress.percent }));
        else line.show(progress);
      },
    });
  } catch (error) {
    if (!leave.signal.aborted) throw error;
    const commands = `reelay tasks wait ${taskId} (to stop it: reelay tasks cancel ${taskId})`;
    throw new ClientFault('detached', `The task goes on. To come back: ${commands}`);
  } finally {
    clearInterval(timer);
    line.end();
    process.removeListener('SIGINT', stop);
  }
}

/** The name of a file of a task. */
function nameFile(template: string, task: FinishedTask, index: number): string {
  const url = new URL(task.result.media_urls[index]);
  const facts: Record<string, string> = {
    id: task.task_id,
    model: task.param.model.replaceAll(/[^\w.-]+/g, '-'),
    n: String(index + 1),
    ext: extname(url.pathname),
  };
  // The ending brings its dot; one that was written before it as well is the same one.
  const name = template.replaceAll(/\.?\{ext\}|\{\w+\}/g, (word) => facts[word.replaceAll(/\W/g, '')]);
  if (index === 0 || template.includes('{n}')) return name;
  const ending = extname(name);
  return `${name.slice(0, name.length - ending.length)}-${index + 1}${ending}`;
}

/** Fetches the files of a task and prints what came. @throws what the SDK throws for a task that failed */
export async function deliver(reelay: Reelay, task: Task, options: FollowOptions): Promise<void> {
  const { expectSuccess } = await import('../../../sdk/src/sdk.ts');
  if (task.status === 'failed' && (options.json || options.jsonl)) printOne(task, options, () => []);
  const finished = expectSuccess(task);
  const urls = finished.result.media_urls;
  const files: string[] = [];
  if (options.download !== false) {
    for (const index of urls.keys()) {
      const path = nameFile(options.output ?? OUTPUT_TEMPLATE, finished, index);
      await mkdir(dirname(path), { recursive: true });
      await reelay.files.download(finished, path, { index });
      files.push(path);
    }
  }
  printOne({ ...finished, files }, options, () => (options.download === false ? urls : files));
}
