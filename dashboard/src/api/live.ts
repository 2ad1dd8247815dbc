// The one event stream of a browser: of all its tabs, one listens to the server and passes on what comes. What comes goes
// into the cache, so a list and a page of one task never say two things.
//
// A tab is waiting for its turn → listening (it holds the lock) → closed. Without locks (plain http beyond this machine)
// each tab that is visible listens for itself.
import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { addressInSession } from './client.ts';
import { setConnected } from './live-state.ts';
import { tryConnection } from './reach.ts';
import { type Mode, useSession } from './session.ts';
import type { Balance, ListedTask, LiveTask, TaskDetail, TaskPage } from './wire.ts';

type Message =
  | { kind: 'task'; task: LiveTask }
  | { kind: 'balance'; balance: Balance }
  | { kind: 'open' | 'alive' };

interface Place {
  account: string;
  mode: Mode;
}

const ALIVE_MS = 5_000;
/** A tab that hears nothing for so long reads by itself. */
const SILENCE_MS = 12_000;

const listeners = new Set<(task: LiveTask) => void>();

/** Calls the listener with each change of a task. */
export function useLiveTasks(listener: (task: LiveTask) => void): void {
  useEffect(() => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, [listener]);
}

const STATES: Record<LiveTask['status'], ListedTask['state']> = {
  pending: 'pending',
  running: 'running',
  success: 'succeeded',
  failed: 'failed',
};

function stateOf({ status, is_storing, error }: LiveTask): ListedTask['state'] {
  if (is_storing) return 'storing';
  if (status !== 'failed') return STATES[status];
  if (error === 'task_cancelled') return 'cancelled';
  return error === 'task_expired' ? 'expired' : 'failed';
}

function mergeInto<Task extends ListedTask>(row: Task, live: LiveTask): Task {
  const hasEnded = live.complete_at !== null;
  return {
    ...row,
    state: stateOf(live),
    error: live.error,
    progress: live.progress,
    position: live.position,
    held: hasEnded ? 0 : live.credits,
    charged: hasEnded ? live.credits : null,
    started_at: live.start_at === null ? null : new Date(live.start_at * 1000).toISOString(),
    completed_at: live.complete_at === null ? null : new Date(live.complete_at * 1000).toISOString(),
  };
}

function takeTask(queries: QueryClient, { account, mode }: Place, live: LiveTask): void {
  let isListed = false;
  queries.setQueriesData<InfiniteData<TaskPage>>({ queryKey: ['tasks', account, mode] }, (data) => {
    if (!data?.pages.some(({ items }) => items.some(({ id }) => id === live.task_id))) return data;
    isListed = true;
    const change = (row: ListedTask) => (row.id === live.task_id ? mergeInto(row, live) : row);
    return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(change) })) };
  });
  const task = ['task', account, mode, live.task_id];
  const hasEnded = live.complete_at !== null;
  // An end is shown with its files or its reason, which the stream does not carry: at once, and not line by line.
  if (!hasEnded) queries.setQueryData<TaskDetail>(task, (data) => data && mergeInto(data, live));
  // Its events, too. Steps that follow each other fast do not end the read of the one before.
  void queries.invalidateQueries({ queryKey: task }, { cancelRefetch: hasEnded });
  if (isListed && hasEnded) {
    void queries.invalidateQueries({ queryKey: ['tasks', account, mode] });
  }
  for (const listener of listeners) listener(live);
}

/** Of the account, whatever the mode, and of its book. */
const REPORTS = ['keys', 'key-days', 'usage', 'statement', 'callbacks'];
/** Reports are sums over many tasks: they are read once for all that happens in this time. */
const REPORTS_MS = 2_000;
let reportsDue: ReturnType<typeof setTimeout> | undefined;

/** Credits moved or a task ended: sums of keys and days, and what was sent, are read again where a page shows them. */
function readReportsSoon(queries: QueryClient, { account }: Place): void {
  if (reportsDue !== undefined) return;
  reportsDue = setTimeout(() => {
    reportsDue = undefined;
    for (const noun of REPORTS) void queries.invalidateQueries({ queryKey: [noun, account] });
  }, REPORTS_MS);
}

function take(queries: QueryClient, place: Place, message: Message): void {
  setConnected(true);
  const { account, mode } = place;
  switch (message.kind) {
    case 'task':
      takeTask(queries, place, message.task);
      if (message.task.complete_at !== null) readReportsSoon(queries, place);
      return;
    case 'balance':
      queries.setQueryData(['balance', account, mode], message.balance);
      readReportsSoon(queries, place);
      return;
    case 'open':
      // What happened while there was no stream is read once.
      for (const noun of ['tasks', 'task', 'balance']) {
        void queries.invalidateQueries({ queryKey: [noun, account, mode] });
      }
      readReportsSoon(queries, place);
      return;
    case 'alive':
      return;
  }
}

/** Listens to the server, again and again. @returns how to stop. */
function listenToServer(send: (message: Message) => void): () => void {
  let stream: EventSource;
  let isAgain = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const begin = () => {
    stream = new EventSource(addressInSession('/api/v1/client/job/Events'));
    stream.addEventListener('open', () => {
      send({ kind: isAgain ? 'open' : 'alive' });
      isAgain = true;
    });
    stream.addEventListener('task', ({ data }) => send({ kind: 'task', task: JSON.parse(data) }));
    stream.addEventListener('balance', ({ data }) => send({ kind: 'balance', balance: JSON.parse(data) }));
    stream.addEventListener('error', () => {
      setConnected(false);
      void tryConnection();
      // The browser comes again by itself unless it was refused.
      if (stream.readyState === EventSource.CLOSED) retry = setTimeout(begin, ALIVE_MS);
    });
  };
  begin();
  const beat = setInterval(() => {
    if (stream.readyState === EventSource.OPEN) send({ kind: 'alive' });
  }, ALIVE_MS);
  return () => {
    clearInterval(beat);
    clearTimeout(retry);
    stream.close();
  };
}

/** Listens while this tab can be seen. @returns how to stop. */
function listenWhileVisible(send: (message: Message) => void): () => void {
  let stop: (() => void) | undefined;
  const look = () => {
    if (document.visibilityState === 'visible') stop ??= listenToServer(send);
    else {
      stop?.();
      stop = undefined;
    }
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    stop?.();
  };
}

/** Listens once this tab is the one whose turn it is. @returns how to stop. */
function listenInTurn(name: string, send: (message: Message) => void): () => void {
  const over = new AbortController();
  const turn = async () => {
    const stop = listenToServer(send);
    await new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
    stop();
  };
  navigator.locks.request(name, { signal: over.signal }, turn).catch(() => undefined);
  return () => over.abort();
}

/** Keeps the cache as the server has it, for as long as the calling component is there. */
export function useLive(): void {
  const queries = useQueryClient();
  const { account, mode } = useSession();
  useEffect(() => {
    if (account === undefined) return;
    const name = `reelay.live ${account} ${mode}`;
    const channel = new BroadcastChannel(name);
    let heardMs = Date.now();
    const receive = (message: Message) => {
      heardMs = Date.now();
      take(queries, { account, mode }, message);
    };
    channel.onmessage = ({ data }) => receive(data);
    const send = (message: Message) => {
      receive(message);
      channel.postMessage(message);
    };
    const watch = setInterval(() => {
      if (Date.now() - heardMs > SILENCE_MS) setConnected(false);
    }, ALIVE_MS);
    const stop = 'locks' in navigator ? listenInTurn(name, send) : listenWhileVisible(send);
    return () => {
      clearInterval(watch);
      stop();
      channel.close();
      setConnected(false);
    };
  }, [queries, account, mode]);
}
