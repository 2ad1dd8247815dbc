// The callbacks of one task.

import { useQuery } from '@tanstack/react-query';
import { accountApi } from './client.ts';
import { useScope } from './queries.ts';
import type { Callback } from './wire.ts';

/** While one is on its way its task looks again this often. */
const PENDING_MS = 2_000;

/** @param taskId undefined asks for nothing. @param awaited tries of the newest, of which one more is awaited. */
export function useCallbacksOf(taskId: string | undefined, awaited?: number) {
  const scope = useScope();
  return useQuery({
    queryKey: scope('task', taskId, 'callbacks'),
    queryFn: ({ signal }) =>
      accountApi.get<{ items: Callback[] }>('/callbacks', { query: { task: taskId }, signal }),
    enabled: taskId !== undefined,
    // The stream says nothing of deliveries.
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === 'pending' || one.tries === awaited) ? PENDING_MS : false,
  });
}
