// Gathers what the API shows at the end of a run.

import { ask, type Door, readBalance, readPages, type StatementRow } from '../stage/api.ts';
import { call, dataOf } from '../stage/http.ts';
import type { Site } from '../stage/processes.ts';
import type { Receiver } from '../stage/receiver.ts';
import { waitFor } from '../stage/wait.ts';
import type { Evidence } from './checker.ts';
import type { Client } from './client.ts';

const MODEL = 'reelay/draft-t2v';
const PRICED_WITHIN_MS = 20_000;

/** Makes each task of the test model cost so much, and waits until the server knows it. */
export async function setPrice(site: Site, door: Door, credits: number): Promise<void> {
  await site.run('models', 'price', MODEL, String(credits));
  const body = JSON.stringify({ model: MODEL, input: { prompt: 'a city' } });
  const url = `${door.url}/api/v1/client/job/estimate-credits`;
  await waitFor('the price', PRICED_WITHIN_MS, async () => {
    const reply = await call({ method: 'POST', url, key: door.key, body });
    return (reply.json.data as { credits: number }).credits === credits;
  });
}

/** Reads everything at the end; what the client and the receiver saw comes with it. */
export async function gather(
  door: Door,
  seen: { client: Client; receiver: Receiver },
  facts: Pick<Evidence, 'opening' | 'price' | 'kills'>,
): Promise<Evidence> {
  const { orders, operations } = seen.client;
  const ids = new Set(
    operations.flatMap(({ op, outcome, taskId }) =>
      op === 'create' && outcome === 'ok' ? [String(taskId)] : [],
    ),
  );
  const finals: Evidence['finals'] = new Map();
  for (const id of ids) {
    const reply = await ask(door, `job/TaskInfo?task_id=${id}`);
    finals.set(id, reply.status === 200 ? dataOf(reply.text) : undefined);
  }
  const tasks = await readPages<{ task_id: string }>(door, 'job/Tasks', 'tasks');
  const secret = (await ask(door, 'account/callback-secret')).json.data as { secret: string };
  return {
    orders,
    operations,
    receipts: seen.receiver.receipts(),
    finals,
    listed: tasks.map(({ task_id: id }) => id),
    statement: await readPages<StatementRow>(door, 'account/statement', 'rows'),
    balance: await readBalance(door),
    secret: secret.secret,
    ...facts,
  };
}
