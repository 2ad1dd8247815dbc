// `reelay listen`: the callbacks of an account at an address that the server cannot reach. It follows the tasks of the account,
// and posts each that ends as the server would, with the same signature. `reelay trigger` makes one.
import { createHmac } from 'node:crypto';
import type { Reelay, Task } from '../../../sdk/src/sdk.ts';
import { SECOND_MS, systemClock } from '../lib/time.ts';
import { ClientFault } from './faults.ts';
import { openClient } from './login.ts';
import { type PrintOptions, printLine, printOne, say } from './output.ts';

export interface ListenOptions {
  forwardTo: string;
  json?: boolean;
}

const ANSWER_WITHIN_MS = 15 * SECOND_MS;
/** Tasks whose end was posted; the stream may report an end twice. */
const POSTED_MAX = 10_000;
export const SCENARIOS = [
  'slow',
  'fail',
  'moderation',
  'lost_answer',
  'duplicate_callback',
  'unavailable',
  'stuck',
];
const TRIGGER_MODEL = 'reelay/draft-t2v';

function sign(secret: string, id: string, body: string): Record<string, string> {
  const sentAt = String(Math.floor(systemClock() / SECOND_MS));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${sentAt}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': sentAt,
    'webhook-signature': `v1,${signature}`,
  };
}

/** Posts a task, and answers with the status or the reason why there is none. */
async function post(task: Task, secret: string, url: string): Promise<string> {
  const body = JSON.stringify(task);
  const headers = sign(secret, `listen_${task.task_id}`, body);
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    return String((await fetch(url, { method: 'POST', body, headers, signal })).status);
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}

function readTarget(text: string): string {
  const address = /^\w+:\/\//.test(text) ? text : `http://${text}`;
  if (URL.canParse(address)) return address;
  throw new ClientFault('refused', `${text} is not an address such as localhost:3000/hook`);
}

/**
 * The tasks that end, each once.
 * @param onOpen runs once the stream follows them: what ends before that is not among them.
 */
async function* readEnds(
  reelay: Reelay,
  signal: AbortSignal,
  onOpen: () => void,
): AsyncGenerator<{ id: string; status: string }> {
  const seen = new Set<string>();
  let isOpen = false;
  for await (const { event, data } of reelay.events({ signal })) {
    // The balance comes first.
    if (!isOpen) onOpen();
    isOpen = true;
    const { task_id: id, status } = data as Partial<Task>;
    if (event !== 'task' || id === undefined || seen.has(id)) continue;
    if (status !== 'success' && status !== 'failed') continue;
    if (seen.size >= POSTED_MAX) seen.clear();
    seen.add(id);
    yield { id, status };
  }
}

async function forward(reelay: Reelay, url: string, options: ListenOptions): Promise<void> {
  const secret = await reelay.callbackSecret();
  const leave = new AbortController();
  process.once('SIGINT', () => leave.abort());
  const greet = () => say(`Ends of tasks go to ${url}, signed as callbacks are. Ctrl-C ends this.`);
  try {
    for await (const { id, status } of readEnds(reelay, leave.signal, greet)) {
      const answer = await post(await reelay.tasks.get(id), secret, url);
      if (options.json) printLine(JSON.stringify({ task_id: id, status, answer }));
      else printLine(`${answer}\t${status}\t${id}`);
    }
  } catch (error) {
    if (!leave.signal.aborted) throw error;
  }
}

export async function listen(options: ListenOptions): Promise<void> {
  await forward(await openClient(), readTarget(options.forwardTo), options);
}

/** Makes a task that behaves like a provider in trouble. @throws ClientFault for a live key */
export async function trigger(
  scenario: string,
  options: PrintOptions & { callbackUrl?: string },
): Promise<void> {
  if (!SCENARIOS.includes(scenario))
    throw new ClientFault('refused', `There is no scenario ${scenario}: ${SCENARIOS.join(', ')}`);
  const reelay = await openClient();
  if ((await reelay.caller()).mode !== 'test')
    throw new ClientFault('refused', 'Scenarios are for test keys; for a live key the words mean nothing');
  const input = { prompt: `reelay:${scenario}`, resolution: '480p' as const, duration: 1 };
  const created = await reelay.tasks.create(TRIGGER_MODEL, input, { callbackUrl: options.callbackUrl });
  printOne(created, options, () => [created.task_id]);
}
