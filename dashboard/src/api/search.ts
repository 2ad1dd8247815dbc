// What the command menu finds: tasks by id or words of the prompt, and names of models.
import { queryOptions } from '@tanstack/react-query';
import { accountApi, clientApi } from './client.ts';
import type { Session } from './session.ts';
import type { ModelSummary, TaskPage } from './wire.ts';

const TASKS_MAX = 5;
const TITLE_MAX = 120;
const MODELS_FRESH_MS = 300_000;

export interface FoundTask {
  id: string;
  model: string;
  /** Its prompt, or its id when it has none. */
  title: string;
}

export function foundTasksQuery({ account, mode }: Session, text: string) {
  return queryOptions({
    queryKey: ['found-tasks', account, mode, text],
    queryFn: async ({ signal }): Promise<FoundTask[]> => {
      const query = { q: text, limit: TASKS_MAX };
      const { items } = await accountApi.get<TaskPage>('/tasks', { query, signal });
      return items.map(({ id, model, prompt }) => ({ id, model, title: prompt?.slice(0, TITLE_MAX) || id }));
    },
  });
}

export function modelNamesQuery({ account, mode }: Session) {
  return queryOptions({
    queryKey: ['model-names', account, mode],
    queryFn: async ({ signal }): Promise<string[]> => {
      const { models } = await clientApi.get<{ models: ModelSummary[] }>('/job/Models', { signal });
      return models.map(({ model }) => model);
    },
    staleTime: MODELS_FRESH_MS,
  });
}
