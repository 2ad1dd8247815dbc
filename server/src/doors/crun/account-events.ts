// What happens in an account as Server-Sent Events (WHATWG HTML, section 9.2): its tasks and its balance, in one of its
// books. One stream serves a whole page of tasks, where a browser has room for six connections. A client that lost the
// connection goes on after its Last-Event-ID, on any node: an id is the time of its event.
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Balance } from '../../credits/credits.ts';
import { AppError } from '../../errors.ts';
import { callerOf } from '../../http/gate.ts';
import { Watchers } from '../../http/watchers.ts';
import { toCredits } from '../../lib/money.ts';
import { type Clock, SECOND_MS, toUnixSeconds } from '../../lib/time.ts';
import type { AccountWatch, TaskSight } from '../../tasks/watch.ts';
import type { FeedSource } from './task-feeds.ts';
import { WIRE_STATUS } from './task-object.ts';
import type { liveTask } from './tasks.schemas.ts';

const STREAMS = { max: 2_000, accountMax: 50 };
/** A caller that lost its right is seen at once by a notice, and within this time without it. */
const RECHECK_MS = 2 * SECOND_MS;
const STILL_HERE_MS = 15 * SECOND_MS;
/** A client that has not read so much is disconnected, and goes on after its last event when it comes again. */
const UNREAD_BYTES_MAX = 256 * 1024;
/** Older events than this are not looked for. */
const RESUME_MS_MAX = 24 * 60 * 60 * SECOND_MS;

export interface AccountEventSource extends FeedSource {
  watch: AccountWatch;
  clock: Clock;
}

function renderSight(sight: TaskSight): string {
  const shown: Static<typeof liveTask> = {
    task_id: sight.id,
    model: sight.model,
    status: WIRE_STATUS[sight.state],
    is_storing: sight.state === 'storing',
    progress: sight.percent,
    position: sight.position,
    credits: toCredits(sight.completed_at === null ? sight.price : (sight.captured ?? 0n)),
    error: sight.result_error,
    create_at: toUnixSeconds(sight.created_at),
    start_at: sight.started_at && toUnixSeconds(sight.started_at),
    complete_at: sight.completed_at && toUnixSeconds(sight.completed_at),
  };
  return JSON.stringify(shown);
}

function renderBalance({ posted, held }: Balance): string {
  return JSON.stringify({ balance: toCredits(posted - held), held: toCredits(held) });
}

/** The time of the last event that the client has; undefined for a new one, or one that was away for long. */
function readLastEvent(request: FastifyRequest, nowMs: number): Date | undefined {
  const last = /^\d{13}$/.exec(String(request.headers['last-event-id'] ?? ''))?.[0];
  const isKnown = last !== undefined && Number(last) <= nowMs && Number(last) > nowMs - RESUME_MS_MAX;
  return isKnown ? new Date(Number(last)) : undefined;
}

/** Gives the function that answers with the stream of an account; it ends with the right of its caller, or after so long. */
export function createAccountStreams(source: AccountEventSource) {
  const streams = new Watchers(STREAMS);
  return (request: FastifyRequest, reply: FastifyReply, seconds: number | undefined): FastifyReply => {
    const free = streams.take(callerOf(request).accountId);
    if (free === undefined) {
      throw new AppError('rate_limited', { message: 'Too many open event streams', retryAfterSeconds: 5 });
    }
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    response.once('close', free);
    void stream(source, request, response, seconds);
    return reply;
  };
}

/** Never rejects: a stream has no way to report a fault, and its client comes again. */
async function stream(
  source: AccountEventSource,
  request: FastifyRequest,
  response: ServerResponse,
  seconds: number | undefined,
): Promise<void> {
  const { callerChanges, clock, recheck, tasks, watch } = source;
  const over = new AbortController();
  const end = () => over.abort();
  const write = (text: string) => {
    if (over.signal.aborted) return;
    response.write(text);
    if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
  };
  const send = (event: string, data: string) => write(`id: ${clock()}\nevent: ${event}\ndata: ${data}\n\n`);
  const look = () => void recheck(request).catch(end);
  const unwatch = callerChanges.watch(request, look);
  const timers = [
    setInterval(look, RECHECK_MS),
    setInterval(() => write(': still here\n\n'), STILL_HERE_MS),
    ...(seconds === undefined ? [] : [setTimeout(end, seconds * SECOND_MS)]),
  ];
  response.once('close', end);
  tasks.closing.addEventListener('abort', end, { once: true });
  let leave: (() => void) | undefined;
  over.signal.addEventListener('abort', () => {
    for (const timer of timers) clearTimeout(timer);
    unwatch();
    tasks.closing.removeEventListener('abort', end);
    leave?.();
    response.end();
  });
  write('retry: 3000\n\n');
  try {
    const watcher = {
      onTask: (sight: TaskSight) => send('task', renderSight(sight)),
      onBalance: (balance: Balance) => send('balance', renderBalance(balance)),
    };
    leave = await watch.join(callerOf(request), watcher, readLastEvent(request, clock()));
    // The client may have left meanwhile.
    if (over.signal.aborted) leave();
  } catch {
    end();
  }
  if (tasks.closing.aborted) end();
}
