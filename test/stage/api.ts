// The Crun door as a client reads it: a task object, an account's books, and lists page by page.
import type { JsonObject } from '../../server/src/lib/json.ts';
import { call, type Reply } from './http.ts';

/** The task object of the wire contract, as far as suites read it. */
export interface Task {
  task_id: string;
  provider: string;
  model_version: string;
  status: 'pending' | 'running' | 'success' | 'failed';
  param: { model: string; callback_url: string | null; input: JsonObject };
  create_at: number;
  result: null | { code: number; message: string; error?: string; media_urls: string[]; usage: JsonObject };
  credits: number;
  duration_s: number | null;
  complete_at: number | null;
  source: string;
}

export interface StatementRow {
  id: string;
  kind: string;
  credits: number;
  task_id: string | null;
}

export interface Balance {
  balance: number;
  held: number;
}

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

export async function readBalance(door: Door): Promise<Balance> {
  return (await ask(door, 'account/balance')).json.data as unknown as Balance;
}
