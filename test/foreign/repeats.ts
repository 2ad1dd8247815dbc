// One task for each call, whatever breaks: creates by a client through a proxy that cuts connections. How the client repeats
// them is its own affair.
import { MICROS_PER_CREDIT } from '../../server/src/lib/money.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import type { DoorStage } from './door-stage.ts';

export interface RepeatsOptions {
  creates: number;
  /** Calls under way at a time. */
  atOnce: number;
  /** The share of the pieces at which a connection breaks. */
  share: number;
  seed: number;
}

/** A client that makes videos. */
export interface RepeatingClient {
  name: string;
  /** One call, which makes one task. @returns the id of what was made */
  connect(server: { url: string; key: string }): (prompt: string, number: number) => Promise<string>;
  /** Whether a call may fail in this way although its task is there. */
  mayFail?(error: Error): boolean;
}

export interface RepeatsResult {
  /** Connections that were broken, by place. */
  cuts: Record<string, number>;
  /** What is not as it must be. */
  violations: string[];
}

/** Each with a price, so that the ledger shows what was taken. */
export const PRICED_MODELS = { text: 'vidu/q1-t2v', picture: 'vidu/q1-i2v' };
/** Every so many calls one has a file, whose body comes in several pieces. */
export const FILE_EACH = 5;
export const PICTURE_BYTES = 150_000;
/** Far more than would break in a row: the calls all succeed, so that their number is known. */
export const REPEATS_MAX = 25;

/** Sends the creates, and compares what their client has seen with what there is. */
export async function sendThroughCuts(
  stage: DoorStage,
  client: RepeatingClient,
  options: RepeatsOptions,
): Promise<RepeatsResult> {
  const caller = await stage.openAccount();
  const proxy = await startCuttingProxy({ ...options, target: stage.url });
  const create = client.connect({ url: proxy.url, key: caller.key });
  const violations: string[] = [];
  const ids = new Map<string, string>();
  let next = 0;
  const judge = (prompt: string, made: string | Error): string | undefined => {
    if (made instanceof Error) return client.mayFail?.(made) ? undefined : made.message;
    if (ids.has(made)) return `has the video of ${ids.get(made)}`;
    ids.set(made, prompt);
    return undefined;
  };
  const work = async () => {
    for (let number = next++; number < options.creates; number = next++) {
      const prompt = `boat ${number}`;
      const fault = judge(prompt, await create(prompt, number).catch((error: Error) => error));
      if (fault !== undefined) violations.push(`${prompt}: ${fault}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.atOnce }, work));
  } finally {
    await proxy.close();
  }
  violations.push(...(await findDifferences(stage, caller.accountId, options.creates)));
  return { cuts: proxy.cuts, violations };
}

async function findDifferences(
  { core: { pool, credits } }: DoorStage,
  accountId: string,
  calls: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ tasks: number; price: string }>(
    'select count(*)::integer as tasks, coalesce(sum(price), 0)::text as price from tasks where account_id = $1',
    [accountId],
  );
  const [{ tasks, price }] = rows;
  const { held } = await credits.balance(accountId, 'test');
  const found: string[] = [];
  if (tasks !== calls) found.push(`${tasks} tasks for ${calls} calls`);
  if (held !== BigInt(price) || held === 0n)
    found.push(
      `${held / MICROS_PER_CREDIT} credits are held for tasks of ${BigInt(price) / MICROS_PER_CREDIT}`,
    );
  const faults = await credits.audit();
  return [...found, ...faults.map((fault) => JSON.stringify(fault))];
}
