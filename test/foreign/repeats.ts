// One task for each call, whatever breaks: creates by npm `openai` through a proxy that cuts connections. The package repeats
// them by itself and gives them no key.
import OpenAI, { toFile } from 'openai';
import { MICROS_PER_CREDIT } from '../../server/src/lib/money.ts';
import { makeMedia } from '../../server/src/lib/testing-media.ts';
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

export interface RepeatsResult {
  /** Connections that were broken, by place. */
  cuts: Record<string, number>;
  /** What is not as it must be. */
  violations: string[];
}

/** Each with a price, so that the ledger shows what was taken. */
const MODELS = { text: 'vidu/q1-t2v', picture: 'vidu/q1-i2v' };
/** Every so many calls one has a file, whose body comes in several pieces. */
const FILE_EACH = 5;
const PICTURE_BYTES = 150_000;
/** Far more than would break in a row: the calls all succeed, so that their number is known. */
const REPEATS_MAX = 25;

/** Sends the creates, and compares what their client has seen with what there is. */
export async function sendThroughCuts(stage: DoorStage, options: RepeatsOptions): Promise<RepeatsResult> {
  const caller = await stage.openAccount();
  const proxy = await startCuttingProxy({ ...options, target: stage.url });
  const client = new OpenAI({ apiKey: caller.key, baseURL: `${proxy.url}/v1`, maxRetries: REPEATS_MAX });
  const violations: string[] = [];
  const ids = new Map<string, string>();
  let next = 0;
  const judge = (prompt: string, video: OpenAI.Video | Error): string | undefined => {
    if (video instanceof Error) return isCutInAnswer(video) ? undefined : video.message;
    if (video.prompt !== prompt) return `was answered with ${video.prompt}`;
    if (ids.has(video.id)) return `has the video of ${ids.get(video.id)}`;
    ids.set(video.id, prompt);
    return undefined;
  };
  const work = async () => {
    for (let number = next++; number < options.creates; number = next++) {
      const prompt = `boat ${number}`;
      const body = await bodyOf(number, prompt);
      const fault = judge(prompt, await client.videos.create(body).catch((error: Error) => error));
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

/** The package does not repeat a call once the head of its answer has come: its caller gets the error, and its task is there. */
function isCutInAnswer({ message }: Error): boolean {
  return message === 'terminated';
}

async function bodyOf(number: number, prompt: string): Promise<OpenAI.VideoCreateParams> {
  const seconds = '5' as OpenAI.VideoSeconds;
  if (number % FILE_EACH !== 0) return { model: MODELS.text, prompt, seconds };
  const input_reference = await toFile(makeMedia('image/png', PICTURE_BYTES), 'a.png');
  return { model: MODELS.picture, prompt, seconds, input_reference };
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
