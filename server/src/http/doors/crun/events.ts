// The timeline of a task as Server-Sent Events (WHATWG HTML, section 9.2): what happened so far, then what happens,
// then the end. A client that lost the connection goes on after its Last-Event-ID.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '../../../accounts/keys.ts';
import { AppError } from '../../../errors.ts';
import { toUnixSeconds } from '../../../lib/time.ts';
import { hasEnded } from '../../../tasks/task.ts';
import type { Tasks } from '../../../tasks/tasks.ts';
import { Watchers } from '../../watchers.ts';

const STREAMS = { max: 2_000, accountMax: 200 };
/** A client that reads nothing is cut once this much waits for it. */
const UNREAD_BYTES_MAX = 2 * 1024 * 1024;

export interface EventsDoor {
  tasks: Tasks;
  /** Who calls, looked up anew: a key that was disabled sees no more of a stream that it opened before. */
  recheck: (request: FastifyRequest) => Promise<KeyRecord>;
}

/** Gives the function that answers with the stream of a task; it ends after the event of the task's end. */
export function createEventStreams(door: EventsDoor) {
  const streams = new Watchers(STREAMS);
  return (taskId: string, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const free = streams.take(request.key.accountId);
    if (free === undefined) {
      throw new AppError('rate_limited', { message: 'Too many open event streams', retryAfterSeconds: 5 });
    }
    const last = /^\d{1,18}$/.exec(String(request.headers['last-event-id'] ?? ''))?.[0];
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    void follow(door, request, {
      taskId,
      afterId: BigInt(last ?? 0),
      signal: AbortSignal.any([gone.signal, door.tasks.closing]),
      write: (text) => {
        response.write(text);
        if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
      },
    })
      // The client reads the rest by TaskInfo; an event stream has no way to say what broke.
      .catch(() => undefined)
      .finally(() => {
        free();
        response.end();
      });
    return reply;
  };
}

interface Stream {
  taskId: string;
  afterId: bigint;
  signal: AbortSignal;
  write: (text: string) => void;
}

async function follow(
  { tasks, recheck }: EventsDoor,
  request: FastifyRequest,
  stream: Stream,
): Promise<void> {
  let shown = '';
  let afterId = stream.afterId;
  while (!stream.signal.aborted) {
    // The task is read first: an end that is seen here has its event written already.
    const row = await tasks.read(await recheck(request), stream.taskId);
    for (const event of await tasks.events(stream.taskId, afterId)) {
      afterId = event.id;
      const data = JSON.stringify({ at: toUnixSeconds(event.created_at), ...event.detail });
      stream.write(`id: ${event.id}\nevent: ${event.name}\ndata: ${data}\n\n`);
    }
    const task = tasks.render(row);
    if (task !== shown) stream.write(`event: task\ndata: ${task}\n\n`);
    else stream.write(': still here\n\n');
    shown = task;
    if (hasEnded(row)) return;
    await tasks.nextChange(stream.taskId, stream.signal);
  }
}
