// Notifications from PostgreSQL, on a connection of their own that comes back by itself. A notification is only a
// reason to look now: notifications are lost while there is no connection. So `onGap` is called after every connect,
// and the caller then reads again what it needs.
import pg from 'pg';
import { pause } from '../lib/time.ts';
import type { DatabaseLog } from './log.ts';

export interface ListenerOptions {
  log: DatabaseLog;
  /** Called after each connect, the first one too: anything may have happened before. */
  onGap: () => void;
  applicationName?: string;
  /** How often a silent connection is tried; 10 s when not given. */
  checkEveryMs?: number;
}

export interface Listener {
  /** Ends the connection; nothing is called afterwards. */
  close(): Promise<void>;
}

export type NotificationHandlers = Record<string, (payload: string) => void>;

const BACKOFF_MS = { first: 50, most: 5_000 };
const ANSWER_WITHIN_MS = 5_000;

/** A channel and what is said on it. */
export type Notice = readonly [channel: string, payload: string];

/** Sends notices to all that listen, this process too, in one statement. */
export async function notify(pool: pg.Pool, notices: readonly Notice[]): Promise<void> {
  await pool.query(
    'select pg_notify(n.channel, n.payload) from unnest($1::text[], $2::text[]) n (channel, payload)',
    [notices.map(([channel]) => channel), notices.map(([, payload]) => payload)],
  );
}

/** Listens to each named channel until `close`. What a handler throws is logged and changes nothing. */
export function createListener(
  url: string,
  handlers: NotificationHandlers,
  options: ListenerOptions,
): Listener {
  const stopping = new AbortController();
  const running = keepListening(url, handlers, {
    options,
    signal: stopping.signal,
  });
  return {
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}

interface Life {
  options: ListenerOptions;
  signal: AbortSignal;
}

async function keepListening(url: string, handlers: NotificationHandlers, life: Life): Promise<void> {
  const { log } = life.options;
  let waitMs = BACKOFF_MS.first;
  while (!life.signal.aborted) {
    try {
      await listenOnce(url, handlers, life);
      waitMs = BACKOFF_MS.first;
    } catch (error) {
      log.warn({ err: error }, 'listener.connect_failed');
      waitMs = Math.min(waitMs * 2, BACKOFF_MS.most);
    }
    await pause(waitMs * (0.5 + Math.random() / 2), life.signal);
  }
}

/** Resolves when either side has ended the connection; throws when it could not be made. */
async function listenOnce(url: string, handlers: NotificationHandlers, life: Life): Promise<void> {
  const { options, signal } = life;
  const client = new pg.Client({
    connectionString: url,
    application_name: options.applicationName ?? 'reelay listen',
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
    keepAlive: true,
  });
  const lost = new AbortController();
  client.on('error', (error) => {
    if (!lost.signal.aborted) options.log.warn({ err: error }, 'listener.lost');
    lost.abort();
  });
  client.on('end', () => lost.abort());
  client.on('notification', ({ channel, payload }) => {
    if (!signal.aborted) callSafely(() => handlers[channel]?.(payload ?? ''), options.log);
  });
  const ended = AbortSignal.any([signal, lost.signal]);
  try {
    await client.connect();
    for (const channel of Object.keys(handlers)) {
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
    }
    if (ended.aborted) return;
    callSafely(options.onGap, options.log);
    await watchConnection(client, ended, options.checkEveryMs ?? 10_000);
  } finally {
    // After this, errors of the ending connection do not matter.
    lost.abort();
    await Promise.race([client.end().catch(() => undefined), pause(ANSWER_WITHIN_MS)]);
  }
}

/** A connection whose other end has vanished looks alive for ever, so it is tested regularly. */
async function watchConnection(client: pg.Client, ended: AbortSignal, checkEveryMs: number): Promise<void> {
  for (;;) {
    await pause(checkEveryMs, ended);
    if (ended.aborted) return;
    try {
      await client.query('select');
    } catch {
      return;
    }
  }
}

function callSafely(call: () => void, log: DatabaseLog): void {
  try {
    call();
  } catch (error) {
    log.error({ err: error }, 'listener.handler_failed');
  }
}
