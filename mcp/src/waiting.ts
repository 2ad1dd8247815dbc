// Waiting for a task within one call: shorter than the patience of any client, with progress for those that want it. A client
// that leaves, or a wait that is over, never cancels a task.
import type { ServerContext } from '@modelcontextprotocol/server';
import { isTerminal, type Reelay, type Task } from '../../sdk/src/sdk.ts';

/** Clients give up after a minute. */
export const WAIT_SECONDS_MAX = 50;
const LOOK_MS = 1_000;

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** The task at its end, or as it is when the wait is over. */
export async function waitForTask(
  reelay: Reelay,
  { taskId, seconds }: { taskId: string; seconds: number },
  { mcpReq }: ServerContext,
): Promise<Task> {
  const startMs = performance.now();
  const token = mcpReq._meta?.progressToken;
  for (;;) {
    const task = await reelay.tasks.get(taskId, { signal: mcpReq.signal });
    const elapsedMs = performance.now() - startMs;
    if (isTerminal(task) || elapsedMs >= seconds * 1000 || mcpReq.signal.aborted) return task;
    if (token !== undefined) {
      const place = task.position === undefined ? '' : `, place ${task.position}`;
      const params = { progressToken: token, progress: elapsedMs / 1000, message: `${task.status}${place}` };
      await mcpReq.notify({ method: 'notifications/progress', params });
    }
    await pause(Math.min(LOOK_MS, seconds * 1000 - elapsedMs), mcpReq.signal);
  }
}
