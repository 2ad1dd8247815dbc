// The callbacks of one task.
import { useQuery } from '@tanstack/react-query';
import type { Callback } from './callbacks.ts';
import { accountApi } from './client.ts';
import { useScope } from './queries.ts';

/** @param taskId undefined asks for nothing. */
export function useCallbacksOf(taskId: string | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: scope('task', taskId, 'callbacks'),
    queryFn: ({ signal }) =>
      accountApi.get<{ items: Callback[] }>('/callbacks', { query: { task: taskId }, signal }),
    enabled: taskId !== undefined,
  });
}
