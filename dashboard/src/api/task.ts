// One task as the server answers it, and how it reads.
import { useQuery } from '@tanstack/react-query';
import type { StateKind } from '../ui/state.tsx';
import { accountApi } from './client.ts';
import { useIsLive } from './live-state.ts';
import { useScope } from './queries.ts';
import { headingForFailure } from './run-words.ts';
import type { Cancelled, ListedTask, TaskDetail } from './wire.ts';

/** Without the stream an open task is looked at this often. */
export const POLL_MS = 2_000;

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

/** The small picture of a result is made after the end of its task; a page looks for it for so long. */
const POSTER_MS = 30_000;

/** Whether the picture of its first frame, or of the shape of its sound, may still come. */
export function awaitsPoster({ outputs, completed_at: completedAt }: ListedTask): boolean {
  const lacksOne = outputs.some(({ kind, poster_url: poster }) => kind !== 'image' && poster === null);
  return lacksOne && completedAt !== null && Date.now() - Date.parse(completedAt) < POSTER_MS;
}

/** Whether a page of the task has something to look for: a sound has nothing to show before its picture. */
function isUnfinished(task: TaskDetail, isLive: boolean): boolean {
  if (isOpen(task)) return !isLive;
  return task.outputs[0]?.kind === 'audio' && awaitsPoster(task);
}

/** One task with all that is known of it. @param id undefined asks for nothing. */
export function useTaskDetail(id: string | undefined) {
  const scope = useScope();
  const isLive = useIsLive();
  return useQuery({
    queryKey: scope('task', id),
    queryFn: ({ signal }) => accountApi.get<TaskDetail>(`/tasks/${encodeURIComponent(id ?? '')}`, { signal }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && isUnfinished(state.data, isLive) ? POLL_MS : false),
  });
}

export function cancelTasks(ids: readonly string[]): Promise<Cancelled> {
  return accountApi.post<Cancelled>('/tasks/cancel', { body: { ids } });
}
