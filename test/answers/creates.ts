// Creates of many kinds while connections break, and their answers beside what is in the database. Some
// accounts can pay for only a part of what they send, and some keys have room for only a part, so that a
// commit uses up what would decide a repeat.
import { pause } from '../../server/src/lib/time.ts';
import type { Answer, Caller, Stage } from './stage.ts';

/** 80 credits, flat. */
const MODEL = 'vidu/q1-r2v';
const PRICE = 80;
const SENT_BY_EACH = 12;
const FITS = 8;
/** Sent again until the answer is not 455. */
const REPEATS_MAX = 60;
const REPEAT_PAUSE_MS = 100;
/** Between the creates of one caller. */
const PACE_MS = 4;

interface Order extends Caller {
  /** It is in the input, and so in the task. */
  ref: string;
  idempotencyKey?: string;
  answer: Answer;
}

interface TaskFound {
  id: string;
  account_id: string;
  ref: string;
  idempotency_key: string | null;
}

export class Creates {
  readonly #stage: Stage;
  readonly #orders: Order[] = [];
  #waves = 0;
  #placed = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  get sent(): number {
    return this.#orders.length;
  }

  /** How often each status was answered. */
  get statuses(): Record<string, number> {
    const groups = Map.groupBy(this.#orders, ({ answer }) => answer.status);
    return Object.fromEntries([...groups].map(([status, { length }]) => [status, length]));
  }

  /**
   * Sends one wave: creates of an account that can pay for two thirds of its own, of a key that has room for
   * as many, and of one without limits, half of them under idempotency keys that repeat. `during` surrounds
   * the sending.
   */
  async wave(during: { begin: () => void; end: () => void }): Promise<void> {
    const wave = this.#waves++;
    const [short, limited, free] = await Promise.all([
      this.#stage.openCaller({ credits: FITS * PRICE }),
      this.#stage.openCaller({ credits: 100 * PRICE, createsPer10s: FITS }),
      this.#stage.openCaller({ credits: 100 * PRICE }),
    ]);
    const keyed = (at: number) => (at % 2 === 0 ? undefined : `key ${wave} ${at % 5}`);
    // The keys are known before anything breaks.
    await Promise.all([short, limited, free].map(({ key }) => this.#stage.create(key, {})));
    during.begin();
    await Promise.all(
      Array.from({ length: SENT_BY_EACH }, async (_, at) => {
        // Several batches, with others under way.
        await pause(at * PACE_MS);
        const orders = [[short], [limited], [free, keyed(at)], [free, keyed(at + 1)]] as const;
        await Promise.all(orders.map(([caller, idempotencyKey]) => this.#place(caller, idempotencyKey)));
      }),
    );
    // What was answered with 455 is sent again if that is safe, until the outcome is known.
    const open = this.#orders.filter(({ answer, idempotencyKey }) => idempotencyKey && answer.status === 455);
    during.end();
    await Promise.all(open.map((order) => this.#repeat(order)));
  }

  async #place(caller: Caller, idempotencyKey?: string): Promise<void> {
    // A key stands for one body; one of five is sometimes used for another.
    const ref = idempotencyKey ?? `ref ${this.#placed++}`;
    const answer = await this.#send({ ...caller, ref, idempotencyKey });
    this.#orders.push({ ...caller, ref, idempotencyKey, answer });
  }

  #send({ key, ref, idempotencyKey }: Omit<Order, 'answer'>): Promise<Answer> {
    const input = { prompt: 'a dancer', img_urls: ['https://example.com/a.jpg'], ref };
    return this.#stage.create(key, { model: MODEL, input }, idempotencyKey);
  }

  async #repeat(order: Order): Promise<void> {
    for (let repeats = 0; repeats < REPEATS_MAX && order.answer.status === 455; repeats++) {
      await pause(REPEAT_PAUSE_MS);
      order.answer = await this.#send(order);
    }
  }

  /** Every answer that differs from the database, one line each. */
  async check(): Promise<string[]> {
    const rows = await this.#stage.read<TaskFound>(
      `select id, account_id, input ->> 'ref' as ref, idempotency_key from tasks where input ->> 'ref' is not null`,
    );
    const nameOf = (accountId: string, ref: string) => `${accountId} ${ref}`;
    const found = Map.groupBy(rows, ({ account_id, ref }) => nameOf(account_id, ref));
    const asked = Map.groupBy(this.#orders, ({ accountId, ref }) => nameOf(accountId, ref));
    const violations = [...asked].flatMap(([name, orders]) => judge(orders, found.get(name) ?? []));
    const unasked = [...found.keys()].filter((name) => !asked.has(name));
    const broken = await this.#stage.core.credits.audit();
    return [
      ...violations,
      ...unasked.map((name) => `${name}: a task that was never ordered`),
      ...broken.map((violation) => `the ledger: ${JSON.stringify(violation)}`),
    ];
  }
}

/** What is wrong with the answers to creates that stand for one task. */
function judge(orders: readonly Order[], tasks: readonly TaskFound[]): string[] {
  const { ref } = orders[0];
  const statuses = orders.map(({ answer }) => answer.status).sort();
  const say = (fault: string) => [`${ref}: ${fault} (${statuses.join(', ')}; ${tasks.length} tasks)`];
  if (tasks.length > 1) return say('made more than once');
  const good = orders.filter(({ answer }) => answer.status === 200);
  const open = orders.filter(({ answer }) => answer.status === 455);
  const ids = new Set(good.map(({ answer }) => (answer.body.data as { task_id: string }).task_id));
  if (good.length > 0 && (ids.size !== 1 || !ids.has(tasks[0]?.id)))
    return say('the answer names a task that does not exist');
  if (good.length === 0 && open.length === 0 && tasks.length > 0) return say('committed, and denied');
  if (statuses.some((status) => ![200, 402, 429, 455].includes(status))) return say('an answer out of place');
  const isHonest = open.every(({ answer }) => /may have been created/.test(String(answer.body.message)));
  if (good.length === 0 && tasks.length > 0 && !isHonest)
    return say('committed, and 455 does not say that it may be');
  return [];
}
