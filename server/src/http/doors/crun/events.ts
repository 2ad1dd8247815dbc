// The timeline of a task as Server-Sent Events (WHATWG HTML, section 9.2): what happened so far, then what happens,
// then the end. A client that lost the connection goes on after its Last-Event-ID.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../errors.ts';
import { toUnixSeconds } from '../../../lib/time.ts';
import { hasEnded, type TaskRow } from '../../../tasks/task.ts';
import type { Tasks } from '../../../tasks/tasks.ts';

const STREAMS_MAX = 2_000;
let streams = 0;

/** Answers with the stream; it ends after the event of the task's end. */
export function streamTaskEvents(
  tasks: Tasks,
  row: TaskRow,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (streams >= STREAMS_MAX)
    throw new AppError('database_unavailable', { message: 'Too many open event streams' });
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
  streams++;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  void follow(tasks, request, {
    taskId: row.id,
    afterId: BigInt(last ?? 0),
    signal: AbortSignal.any([gone.signal, tasks.closing]),
    write: (text) => response.write(text),
  })
    // The client reads the rest by TaskInfo; an event stream has no way to say what broke.
    .catch(() => undefined)
    .finally(() => {
      streams--;
      response.end();
    });
  return reply;
}

interface Stream {
  taskId: string;
  afterId: bigint;
  signal: AbortSignal;
  write: (text: string) => void;
}

async function follow(tasks: Tasks, request: FastifyRequest, stream: Stream): Promise<void> {
  let shown = '';
  let afterId = stream.afterId;
  while (!stream.signal.aborted) {
    // The task is read first: an end that is seen here has its event written already.
    const row = await tasks.read(request.key, stream.taskId);
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
