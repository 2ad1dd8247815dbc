// Gathers what the API shows at the end of a run.

import type { Evidence, StatementRow } from './checker.ts';
import type { Client } from './client.ts';
import { dataOf } from './client.ts';
import { call, type Reply } from './http.ts';
import type { Receiver } from './receiver.ts';

export interface Door {
  url: string;
  key: string;
}

const PAGE = 100;

/** @throws Error for an answer that is neither good nor a 404. */
export async function ask(door: Door, path: string): Promise<Reply> {
  const reply = await call({ url: `${door.url}/api/v1/client/${path}`, key: door.key });
  if (reply.status !== 200 && reply.status !== 404)
    throw new Error(`GET ${path}: ${reply.status} ${reply.text}`);
  return reply;
}

/** All pages of a list. */
export async function readPages<Row>(door: Door, path: string, field: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor = ''; ; ) {
    const reply = await ask(door, `${path}?limit=${PAGE}${cursor}`);
    const page = reply.json.data as Record<string, Row[]> & { next_cursor: string | null };
    rows.push(...page[field]);
    if (page.next_cursor === null) return rows;
    cursor = `&cursor=${page.next_cursor}`;
  }
}

export async function readBalance(door: Door): Promise<Evidence['balance']> {
  return (await ask(door, 'account/balance')).json.data as Evidence['balance'];
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
