// Accepts a create of either version, or says why not: the account, the content rules, and the handshake with
// the callback address, which comes before the task.
import type { Json } from '../../server/src/lib/json.ts';
import { SECOND_MS } from '../../server/src/lib/time.ts';
import type { Tools } from '../core/api.ts';
import type { ApiRequest } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import { invalid, type MinimaxError } from './errors.ts';
import type { MinimaxOrder, MinimaxTask } from './order.ts';

/** https://platform.minimax.io/docs/api-reference/video-generation-t2v, `callback_url`. */
const CHALLENGE_MS = 3 * SECOND_MS;

export type Accept = (
  request: ApiRequest,
  order: MinimaxOrder | MinimaxError,
) => Promise<Job<MinimaxTask> | MinimaxError>;

/** @param taskOfFile is filled. */
export function createAccept(tools: Tools, jobs: Jobs<MinimaxTask>, taskOfFile: Map<string, string>): Accept {
  return async (request, order) => {
    if ('code' in order) return order;
    const refusal = judge(order, tools);
    if (refusal) return refusal;
    const { callbackUrl } = order;
    if (callbackUrl !== undefined && !(await isEchoed(callbackUrl, tools))) {
      return invalid('callback_url did not return the challenge within 3 seconds');
    }
    const fileId = tools.random.digits(15);
    const job = jobs.add(request, {
      id: jobs.unusedId(() => tools.random.digits(15)),
      data: { order, fileId },
      model: order.model,
      callbackUrl,
    });
    taskOfFile.set(fileId, job.id);
    return job;
  };
}

function judge({ prompt }: MinimaxOrder, { settings }: Tools): MinimaxError | undefined {
  if (settings.account !== 'good') return { code: 1008, message: 'insufficient balance' };
  const isRefused = (settings.refusedWords as string[]).some((word) => prompt.includes(word));
  return isRefused ? { code: 1026, message: 'video description contains sensitive content' } : undefined;
}

/** Posts a challenge; the answer must contain it unchanged. */
async function isEchoed(url: string, { post, random }: Tools): Promise<boolean> {
  const challenge = random.uuid();
  const { status, text } = await post(url, { challenge }, CHALLENGE_MS);
  if (status === undefined || status < 200 || status >= 300) return false;
  try {
    const echo = JSON.parse(text) as Json;
    return (echo as { challenge?: Json } | null)?.challenge === challenge;
  } catch {
    // Not JSON: the receiver does not know the handshake.
    return false;
  }
}
