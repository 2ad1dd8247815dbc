// Tasks of an account as the server answers them: the list, one with all that is known of it, and the cancel of many.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { StateKind } from '../ui/state.tsx';
import { accountApi, clientApi, type Query } from './client.ts';
import { useIsLive } from './live-state.ts';
import { useScope } from './queries.ts';
import { headingForFailure } from './run-words.ts';
import type { Cancelled, ListedTask, LoadedPicture, TaskDetail, TaskPage } from './wire.ts';

/** Names of the query of the page that the list understands, and all `metadata.…`. */
const FILTERS = ['status', 'model', 'key', 'from', 'to', 'q'];
const POLL_MS = 2_000;
/** The small picture of a result is made after the end of its task; a list looks for it for so long. */
const POSTER_MS = 30_000;
const PAGE = 50;

/** What of the address filters the list; other names do no harm. */
export function filterOf(search: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).filter(([name]) => FILTERS.includes(name) || name.startsWith('metadata.')),
  );
}

export function isOpen({ completed_at: completedAt }: Pick<ListedTask, 'completed_at'>): boolean {
  return completedAt === null;
}

/** How it looks in the table of states. */
export function kindOf(task: ListedTask): StateKind {
  switch (task.state) {
    case 'pending':
      return 'waiting';
    case 'running':
    case 'storing':
      return 'running';
    case 'succeeded':
      return 'done';
    case 'cancelled':
    case 'expired':
    case 'failed':
      if (task.outputs.length > 0) return 'late';
      if (task.error === 'outcome_unknown') return 'unknown';
      return task.state;
  }
}

/** What is said after the word of its state: the place, the percent, the reason. */
export function detailOf(task: ListedTask): string | undefined {
  if (task.is_cancel_requested && isOpen(task)) return 'stopping';
  if (task.state === 'pending') return task.position === null ? undefined : `place ${task.position}`;
  if (task.state === 'storing') return 'fetching the file';
  if (task.state === 'running') return task.progress === null ? undefined : `${task.progress} %`;
  return kindOf(task) === 'failed' ? headingForFailure(task.error ?? undefined).toLowerCase() : undefined;
}

/** The seconds from its start to its end; undefined before that. */
export function secondsOf({ started_at: from, completed_at: to }: ListedTask): number | undefined {
  return from && to ? Math.round((Date.parse(to) - Date.parse(from)) / 1000) : undefined;
}

/** Why it cannot be cancelled; undefined when it can. */
export function cancelReason(task: ListedTask): string | undefined {
  if (!isOpen(task)) return 'It has already ended';
  return task.is_cancel_requested ? 'It is being stopped' : undefined;
}

function awaitsPoster({ outputs, completed_at: completedAt }: ListedTask): boolean {
  const lacksOne = outputs.some(({ kind, poster_url: poster }) => kind === 'video' && poster === null);
  return lacksOne && completedAt !== null && Date.now() - Date.parse(completedAt) < POSTER_MS;
}

/** The tasks that fit a filter, newest first, page by page. */
export function useTaskList(filter: Query) {
  const scope = useScope();
  const isLive = useIsLive();
  return useInfiniteQuery({
    queryKey: scope('tasks', filter),
    queryFn: ({ signal, pageParam }) =>
      accountApi.get<TaskPage>('/tasks', { query: { ...filter, limit: PAGE, after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: ({ state }) => {
      const rows = state.data?.pages.flatMap(({ items }) => items) ?? [];
      const waits = rows.some((row) => (isLive ? awaitsPoster(row) : isOpen(row)));
      return waits ? POLL_MS : false;
    },
  });
}

/** One task with all that is known of it. @param id undefined asks for nothing. */
export function useTaskDetail(id: string | undefined) {
  const scope = useScope();
  const isLive = useIsLive();
  return useQuery({
    queryKey: scope('task', id),
    queryFn: ({ signal }) => accountApi.get<TaskDetail>(`/tasks/${encodeURIComponent(id ?? '')}`, { signal }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) && !isLive ? POLL_MS : false),
  });
}

/** The task as the public API has it. @param isWanted read it now. */
export function useRawTask(id: string, isWanted: boolean) {
  const scope = useScope();
  return useQuery({
    queryKey: scope('task', id, 'raw'),
    queryFn: ({ signal }) => clientApi.get<object>('/job/TaskInfo', { query: { task_id: id }, signal }),
    enabled: isWanted,
  });
}

/** Has the server fetch a picture from elsewhere, and keeps its small copy. @param isWanted somebody asked for it. */
export function useLoadedPicture(taskId: string, url: string, isWanted: boolean) {
  const scope = useScope();
  return useQuery({
    queryKey: scope('picture', taskId, url),
    queryFn: ({ signal }) =>
      accountApi.post<LoadedPicture>(`/tasks/${encodeURIComponent(taskId)}/pictures`, {
        body: { url },
        signal,
      }),
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useCancelTasks() {
  const queries = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: (ids: readonly string[]) => accountApi.post<Cancelled>('/tasks/cancel', { body: { ids } }),
    onSettled: () =>
      Promise.all(
        ['tasks', 'task', 'balance'].map((noun) => queries.invalidateQueries({ queryKey: scope(noun) })),
      ),
  });
}

/** What is said after a cancel of many. */
export function wordsOfCancelled({ items }: Cancelled): string {
  const count = (...outcomes: string[]) => items.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const parts = [
    [count('ended'), 'cancelled, nothing charged'],
    [count('asked'), 'asked to stop'],
    [count('not_cancellable', 'not_found'), 'had already ended'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${number} ${words}`)
    .join(', ');
}
