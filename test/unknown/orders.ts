// The client of the proof. It sends each order under its idempotency key until it has an answer, and sends
// some again afterwards; it never gives up and never assumes that an order without an answer was not
// accepted.
import { Agent } from 'node:http';
import type { Fault } from '../../emulators/core/faults.ts';
import { call, NoReply } from '../stage/http.ts';
import { rest } from '../stage/wait.ts';
import type { Emulators } from './emulators.ts';
import { modelOf, type Route } from './routes.ts';
import type { WireStep } from './steps.ts';

export interface Order {
  /** The idempotency key, and a word of the prompt. */
  key: string;
  /** The row of the table that it counts for. */
  row: string;
  route: Route;
  /** The answers to the creates; in the end a single id. */
  taskIds: Set<string>;
}

const CREATE = '/api/v1/client/job/CreateTask';
const AT_ONCE = 24;
const PAUSE_MS = 150;
/** One of this many orders is sent again after its answer. */
const REPEAT_EVERY = 8;
const TIMEOUT_MS = 8_000;

export class Orders {
  readonly all: Order[] = [];
  /** Creates that got no answer or a temporary refusal, and were sent again. */
  retries = 0;
  /** Orders that were finally refused; there must be none. */
  readonly refusals: string[] = [];
  readonly #options: { url: string; key: string; emulators: Emulators };
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  readonly #pursuits = new Set<Promise<void>>();

  constructor(options: { url: string; key: string; emulators: Emulators }) {
    this.#options = options;
  }

  /** Places an order; resolves when it is on its way and there is room for the next. */
  async place(row: string, route: Route, step?: WireStep): Promise<void> {
    const number = this.all.length + 1;
    // Ends with a full stop, so that no key is the beginning of another.
    const order: Order = { key: `order-${number}.`, row, route, taskIds: new Set() };
    this.all.push(order);
    const faults = step?.faultsFor(route, number);
    if (faults) {
      const own = faults.own.map((fault): Fault => ({ ...fault, where: order.key }));
      await this.#options.emulators.addFaults(route, [...own, ...faults.next]);
    }
    const pursuit = this.#pursue(order, number).finally(() => this.#pursuits.delete(pursuit));
    this.#pursuits.add(pursuit);
    if (this.#pursuits.size >= AT_ONCE) await Promise.race(this.#pursuits);
  }

  /** Resolves when every order has its answer. */
  async answered(): Promise<void> {
    while (this.#pursuits.size > 0) await Promise.all(this.#pursuits);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #pursue(order: Order, number: number): Promise<void> {
    const sendings = number % REPEAT_EVERY === 0 ? 2 : 1;
    for (let sent = 0; sent < sendings; ) {
      if (await this.#send(order)) sent++;
      else {
        this.retries++;
        await rest(PAUSE_MS);
      }
    }
  }

  async #send({ key, route, taskIds }: Order): Promise<boolean> {
    const { url, key: apiKey } = this.#options;
    const body = JSON.stringify({ model: modelOf(route), input: { prompt: `A quiet sea, ${key}` } });
    try {
      const reply = await call({
        method: 'POST',
        url: `${url}${CREATE}`,
        key: apiKey,
        body,
        headers: { 'idempotency-key': key },
        agent: this.#agent,
        timeoutMs: TIMEOUT_MS,
      });
      const { task_id: id } = (reply.json.data ?? {}) as { task_id?: string };
      if (reply.status === 200 && id !== undefined) {
        taskIds.add(id);
        return true;
      }
      if (reply.status === 455) return false;
      this.refusals.push(`${key} was refused: ${reply.status} ${reply.text}`);
      return true;
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      return false;
    }
  }
}
