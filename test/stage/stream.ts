// Reads the event stream of a task to its end.
import { get } from 'node:http';
import type { Door } from './api.ts';

export interface EventStream {
  /** What has come so far. */
  text(): string;
  /** `whole` when the server ended it, `cut` when the connection broke. */
  ended: Promise<'whole' | 'cut'>;
  leave(): void;
}

export function followEvents({ url, key }: Door, taskId: string): EventStream {
  let text = '';
  const request = get(`${url}/api/v1/client/job/TaskEvents?task_id=${taskId}`, {
    agent: false,
    headers: { 'x-api-key': key },
  });
  const ended = new Promise<'whole' | 'cut'>((resolve) => {
    request.on('error', () => resolve('cut'));
    request.on('response', (response) => {
      response.on('data', (chunk: Buffer) => {
        text += chunk;
      });
      response.on('error', () => resolve('cut'));
      response.on('end', () => resolve('whole'));
    });
  });
  return { text: () => text, ended, leave: () => request.destroy() };
}
