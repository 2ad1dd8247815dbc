// The timeline of a task as Server-Sent Events (WHATWG HTML, section 9.2): what happened so far, then what happens,
// then the end. A client that lost the connection goes on after its Last-Event-ID.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import { callerOf } from '../../http/gate.ts';
import { Watchers } from '../../http/watchers.ts';
import { type FeedSource, TaskFeeds } from './task-feeds.ts';

const STREAMS = { max: 2_000, accountMax: 200 };

/** Gives the function that answers with the stream of a task; it ends after the event of the task's end. */
export function createEventStreams(source: FeedSource) {
  const streams = new Watchers(STREAMS);
  const feeds = new TaskFeeds(source);
  return (taskId: string, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const free = streams.take(callerOf(request).accountId);
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
    response.once('close', free);
    feeds.join(taskId, { request, response, afterId: BigInt(last ?? 0) });
    return reply;
  };
}
