// What the playground asks before a task is there: its price, and its create.

import { clientApi } from './client.ts';
import type { Input } from './models.ts';
import type { Estimate } from './wire.ts';

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
