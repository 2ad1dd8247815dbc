// Tasks of an account as the server answers them: the list, what a task's page asks beside the task, and the cancel of many.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { accountApi, clientApi, type Query } from './client.ts';
import { useIsLive } from './live-state.ts';
import { useScope } from './queries.ts';
import { awaitsPoster, cancelTasks, isOpen, POLL_MS } from './task.ts';
import type { Cancelled, LoadedPicture, TaskPage } from './wire.ts';

/** Names of the query of the page that the list understands, and all `metadata.…`. */
const FILTERS = ['status', 'model', 'key', 'from', 'to', 'q'];
const PAGE = 50;

/** What of the address filters the list; other names do no harm. */
export function filterOf(search: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).filter(([name]) => FILTERS.includes(name) || name.startsWith('metadata.')),
  );
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

/** In one call: few enough that its answer shows how far it is. */
const CANCELS_AT_ONCE = 10;

/** Cancels one lot after the other. @param onProgress the number of those that are done. */
export function useCancelTasks(onProgress?: (done: number) => void) {
  const queries = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      const items: Cancelled['items'] = [];
      for (let start = 0; start < ids.length; start += CANCELS_AT_ONCE) {
        onProgress?.(start);
        items.push(...(await cancelTasks(ids.slice(start, start + CANCELS_AT_ONCE))).items);
      }
      return { items };
    },
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
