// A receiver of signed callbacks, as a client would run it: it verifies each one and keeps the time at which
// it came.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { HOST } from './processes.ts';
import type { Client } from './stage.ts';

export interface Receiver {
  /** Where the tasks of a client are called back. */
  urlFor(client: Client): string;
  /** Callbacks that were genuine and reported a success; a task counts once. */
  readonly succeeded: number;
  /** Everything else that came. */
  readonly wrong: number;
  close(): Promise<void>;
}

/**
 * @param onSuccess is called for each genuine success, with the time of its arrival in milliseconds since
 * 1970.
 */
export async function openReceiver(
  clients: readonly Client[],
  onSuccess: (taskId: string, atMs: number) => void,
): Promise<Receiver> {
  const hooks = new Map(clients.map(({ accountId, secret }) => [`/${accountId}`, new Webhook(secret)]));
  const succeeded = new Set<string>();
  let wrong = 0;
  const server = createServer((request, response) => {
    const atMs = performance.timeOrigin + performance.now();
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      response.end('ok');
      const task = readTask(hooks.get(request.url ?? ''), text, request.headers);
      if (task?.status !== 'success') wrong += 1;
      else if (!succeeded.has(task.task_id)) {
        succeeded.add(task.task_id);
        onSuccess(task.task_id, atMs);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlFor: ({ accountId }) => `http://${HOST}:${port}/${accountId}`,
    get succeeded() {
      return succeeded.size;
    },
    get wrong() {
      return wrong;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readTask(hook: Webhook | undefined, text: string, headers: NodeJS.Dict<string | string[]>) {
  try {
    return hook?.verify(text, headers as Record<string, string>) as { task_id: string; status: string };
  } catch {
    // Not signed by this account: counted as wrong.
    return undefined;
  }
}
