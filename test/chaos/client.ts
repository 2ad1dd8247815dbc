// A client that never gives up: it sends each order under its idempotency key until it has an answer, reads
// its tasks without pause, and writes down its requests and their answers. An operation without an answer is
// `info`: it may or may not have happened, and the checker must accept both.

import { appendFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { call, dataOf, NoReply, type Reply } from '../stage/http.ts';
import { rest } from '../stage/wait.ts';

/** What an order asks for; each leads to a known end. */
export const KINDS = {
  plain: { prompt: 'Deep space with a planet', cancels: false },
  moderation: { prompt: 'reelay:moderation', cancels: false },
  fail: { prompt: 'reelay:fail', cancels: false },
  lost_answer: { prompt: 'Deep space with a planet reelay:lost_answer', cancels: false },
  unavailable: { prompt: 'Deep space with a planet reelay:unavailable', cancels: false },
  duplicate: { prompt: 'Deep space with a planet reelay:duplicate_callback', cancels: false },
  stuck: { prompt: 'reelay:stuck', cancels: false },
  cancel_running: { prompt: 'reelay:stuck', cancels: true },
  cancel_waiting: { prompt: 'Deep space with a planet reelay:unavailable', cancels: true },
} as const;

export type Kind = keyof typeof KINDS;

export interface Operation {
  /** Milliseconds since the client began. */
  at: number;
  op: 'create' | 'read' | 'cancel';
  outcome: 'invoke' | 'ok' | 'fail' | 'info';
  /** The idempotency key of the order. */
  key: string;
  taskId?: string;
  /** What a read saw. */
  status?: string;
  /** The whole task object of a read that saw the end. */
  task?: string;
  /** Why there was no answer, or a refusal. */
  reason?: string;
}

export interface Order {
  key: string;
  kind: Kind;
  body: string;
  /** A callback is refused the first time. */
  shy: boolean;
}

const PAUSE_MS = 25;
const READ_EVERY_MS = 60;
const READS_AT_ONCE = 8;
const PATHS = {
  create: '/api/v1/client/job/CreateTask',
  read: '/api/v1/client/job/TaskInfo',
  cancel: '/api/v1/client/job/CancelTask',
};

export class Client {
  readonly operations: Operation[] = [];
  readonly orders: Order[] = [];
  readonly #options: { url: string; key: string; callbackUrl: string; historyFile: string };
  readonly #agent = new Agent({ keepAlive: true, maxSockets: READS_AT_ONCE });
  readonly #taskIds = new Map<string, string>();
  readonly #ended = new Set<string>();
  readonly #pursuits: Promise<void>[] = [];
  readonly #reading: Promise<void>;
  #stopped = false;

  constructor(options: { url: string; key: string; callbackUrl: string; historyFile: string }) {
    this.#options = options;
    this.#reading = this.#readAgainAndAgain();
  }

  /** Sends an order until it is answered, and its cancel too; does not wait for them. */
  order(kind: Kind, { shy = false }: { shy?: boolean } = {}): Order {
    const key = `${kind}-${this.orders.length}`;
    const callback_url = `${this.#options.callbackUrl}/${shy ? 'shy' : 'open'}/${key}`;
    const input = { prompt: `${KINDS[kind].prompt} ${key}`, duration: 1, resolution: '480p' };
    const order = {
      key,
      kind,
      shy,
      body: JSON.stringify({ model: 'reelay/draft-t2v', callback_url, input }),
    };
    this.orders.push(order);
    this.#pursuits.push(this.#pursue(order));
    return order;
  }

  taskIdOf(order: Order): string | undefined {
    return this.#taskIds.get(order.key);
  }

  /** Whether a read has seen the end of the order's task. */
  hasEnded(order: Order): boolean {
    return this.#ended.has(order.key);
  }

  get isSatisfied(): boolean {
    return this.orders.every((order) => this.hasEnded(order));
  }

  /** Sends every order again under its key. */
  async repeatAll(): Promise<void> {
    for (const order of this.orders) await this.#create(order);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pursuits);
    this.#stopped = true;
    await this.#reading;
    this.#agent.destroy();
  }

  async #pursue(order: Order): Promise<void> {
    while (!(await this.#create(order))) await rest(PAUSE_MS);
    if (!KINDS[order.kind].cancels) return;
    while (!(await this.#cancel(order))) await rest(PAUSE_MS);
  }

  async #create(order: Order): Promise<boolean> {
    const reply = await this.#ask('create', order, () =>
      call({
        method: 'POST',
        url: this.#options.url + PATHS.create,
        key: this.#options.key,
        body: order.body,
        headers: { 'idempotency-key': order.key },
        agent: this.#agent,
      }),
    );
    if (reply === undefined) return false;
    const { task_id: taskId } = (reply.json.data ?? {}) as { task_id?: string };
    this.#record({ op: 'create', outcome: 'ok', key: order.key, taskId });
    if (taskId !== undefined && !this.#taskIds.has(order.key)) this.#taskIds.set(order.key, taskId);
    return true;
  }

  async #cancel(order: Order): Promise<boolean> {
    const taskId = this.#taskIds.get(order.key);
    const reply = await this.#ask('cancel', order, () =>
      call({
        method: 'POST',
        url: this.#options.url + PATHS.cancel,
        key: this.#options.key,
        body: JSON.stringify({ task_id: taskId }),
        agent: this.#agent,
      }),
    );
    if (reply === undefined) return this.hasEnded(order);
    this.#record({ op: 'cancel', outcome: 'ok', key: order.key, taskId });
    return true;
  }

  async #read(order: Order): Promise<void> {
    const taskId = this.#taskIds.get(order.key);
    const url = `${this.#options.url}${PATHS.read}?task_id=${taskId}`;
    const reply = await this.#ask('read', order, () =>
      call({ url, key: this.#options.key, agent: this.#agent }),
    );
    if (reply === undefined) return;
    const { status } = (reply.json.data ?? {}) as { status?: string };
    const hasEnded = status === 'success' || status === 'failed';
    const task = hasEnded ? dataOf(reply.text) : undefined;
    this.#record({ op: 'read', outcome: 'ok', key: order.key, taskId, status, task });
    if (hasEnded) this.#ended.add(order.key);
  }

  /** The answer of a 200; undefined when there was no answer or another one. */
  async #ask(op: Operation['op'], order: Order, send: () => Promise<Reply>): Promise<Reply | undefined> {
    if (op !== 'read') this.#record({ op, outcome: 'invoke', key: order.key });
    try {
      const reply = await send();
      if (reply.status === 200) return reply;
      // 455 says that the database is away: the request may have been written nevertheless.
      const outcome = reply.status === 455 ? 'info' : 'fail';
      this.#record({ op, outcome, key: order.key, reason: `${reply.status} ${reply.json.error}` });
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      this.#record({ op, outcome: 'info', key: order.key, reason: error.code });
    }
    return undefined;
  }

  /** Reads everything under way, and sometimes an ended task, which must not change any more. */
  async #readAgainAndAgain(): Promise<void> {
    for (let round = 0; !this.#stopped; round++) {
      const known = this.orders.filter(({ key }) => this.#taskIds.has(key));
      const open = known.filter((order) => !this.hasEnded(order));
      const ended = known.filter((order) => this.hasEnded(order));
      const again = ended.length > 0 ? [ended[round % ended.length]] : [];
      const chosen = [...open, ...again];
      for (let at = 0; at < chosen.length; at += READS_AT_ONCE) {
        await Promise.all(chosen.slice(at, at + READS_AT_ONCE).map((order) => this.#read(order)));
      }
      await rest(READ_EVERY_MS);
    }
  }

  #record(operation: Omit<Operation, 'at'>): void {
    const whole = { at: Math.round(performance.now()), ...operation };
    this.operations.push(whole);
    appendFileSync(this.#options.historyFile, `${JSON.stringify(whole)}\n`);
  }
}
