// Tasks as the playground makes them: price, create, cancel, and one task followed until its end.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type ApiError, addressInSession, clientApi, toApiError } from './client.ts';
import type { Input } from './models.ts';
import { useScope } from './queries.ts';

/** The task object of the public API. */
export interface TaskObject {
  task_id: string;
  provider: string;
  model_version: string;
  status: 'pending' | 'running' | 'success' | 'failed';
  param: { model: string; input: Input };
  /** Unix seconds. */
  create_at: number;
  complete_at: number | null;
  duration_s: number | null;
  credits: number;
  position?: number;
  result: null | {
    code: number;
    message: string;
    error?: string;
    media_urls: string[];
    usage: Record<string, unknown>;
  };
  source: string;
  warnings?: string[];
}

export interface Estimate {
  estimated_credits: number;
  balance: number;
  affordable: boolean;
}

export interface TaskRequest {
  model: string;
  input: Input;
}

export function estimateTask(body: TaskRequest, signal?: AbortSignal): Promise<Estimate> {
  return clientApi.post<Estimate>('/job/EstimateTask', { body, signal });
}

export function createTask(body: TaskRequest): Promise<{ task_id: string; warnings?: string[] }> {
  return clientApi.post('/job/CreateTask', { body });
}

export function cancelTask(taskId: string): Promise<TaskObject> {
  return clientApi.post('/job/CancelTask', { body: { task_id: taskId } });
}

/** Tasks of a model, newest first. */
export function useRecentTasks(model: string | undefined, limit: number) {
  const scope = useScope();
  return useQuery({
    queryKey: scope('recent-tasks', model, limit),
    queryFn: async ({ signal }) =>
      (await clientApi.get<{ tasks: TaskObject[] }>('/job/Tasks', { query: { model, limit }, signal })).tasks,
    enabled: model !== undefined,
  });
}

/** A line of a task's timeline. */
export interface RunEvent {
  id: string;
  name: string;
  /** Unix seconds. */
  at: number;
  detail: Record<string, unknown>;
}

/** A task as far as this page knows it. */
export interface Run {
  task?: TaskObject;
  events: RunEvent[];
  error?: ApiError;
}

const EVENT_NAMES = [
  'attempt.accepted',
  'attempt.rejected',
  'attempt.failed',
  'attempt.unknown',
  'attempt.unfetched',
  'attempt.unreadable',
  'attempt.found',
  'task.progress',
  'task.cancel_refused',
  'task.output_missing',
  'task.ended_by_operator',
  'task.succeeded',
  'task.failed',
  'task.cancelled',
  'task.expired',
  'task.late_result',
] as const;

const NO_RUN: Run = { events: [] };

export function hasEnded(task: TaskObject | undefined): boolean {
  return task?.status === 'success' || task?.status === 'failed';
}

interface Watcher {
  onTask: (task: TaskObject) => void;
  onEvent: (event: RunEvent) => void;
  onError: (error: ApiError) => void;
}

/** Listens to a task until its end. @returns how to stop. */
function watch(taskId: string, { onTask, onEvent, onError }: Watcher): () => void {
  const stream = new EventSource(addressInSession('/api/v1/client/job/TaskEvents', { task_id: taskId }));
  let isOver = false;
  stream.addEventListener('task', ({ data }) => {
    const task = JSON.parse(data) as TaskObject;
    isOver = hasEnded(task);
    onTask(task);
  });
  for (const name of EVENT_NAMES) {
    stream.addEventListener(name, ({ data, lastEventId: id }) => {
      const { at, ...detail } = JSON.parse(data);
      onEvent({ id, name, at, detail });
    });
  }
  stream.onerror = () => {
    // The server ends the stream with the task; any other end is tried again by the browser itself.
    if (isOver) return stream.close();
    if (stream.readyState !== EventSource.CLOSED) return;
    clientApi
      .get<TaskObject>('/job/TaskInfo', { query: { task_id: taskId } })
      .then(onTask, (error: unknown) => onError(toApiError(error)));
  };
  return () => stream.close();
}

/** Follows a task. @param taskId undefined: none. */
export function useRun(taskId: string | undefined): Run {
  const queries = useQueryClient();
  const scope = useScope();
  const [run, setRun] = useState<{ taskId?: string } & Run>(NO_RUN);
  const [, account, mode] = scope('');
  useEffect(() => {
    if (taskId === undefined) return;
    const change = (next: (run: Run) => Run) =>
      setRun((before) => ({ taskId, ...next(before.taskId === taskId ? before : NO_RUN) }));
    return watch(taskId, {
      onTask: (task) => {
        change((before) => ({ ...before, task }));
        if (hasEnded(task)) {
          void queries.invalidateQueries({ queryKey: ['balance', account, mode] });
          void queries.invalidateQueries({ queryKey: ['recent-tasks', account, mode] });
        }
      },
      onEvent: (event) =>
        change((before) =>
          before.events.some(({ id }) => id === event.id)
            ? before
            : { ...before, events: [...before.events, event] },
        ),
      onError: (error) => change((before) => ({ ...before, error })),
    });
  }, [taskId, account, mode, queries]);
  return run.taskId === taskId ? run : NO_RUN;
}

/** The newest percent that a provider reported. */
export function percentOf({ events }: Run): number | undefined {
  const percent = events.findLast(({ name }) => name === 'task.progress')?.detail.percent;
  return typeof percent === 'number' ? percent : undefined;
}

/** A task as it is now. @param taskId undefined asks for nothing. */
export function useTask(taskId: string | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: scope('task-info', taskId),
    queryFn: ({ signal }) =>
      clientApi.get<TaskObject>('/job/TaskInfo', { query: { task_id: taskId }, signal }),
    enabled: taskId !== undefined,
  });
}
