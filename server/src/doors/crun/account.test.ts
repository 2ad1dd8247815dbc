import { describe, expect, it } from 'vitest';
import { type Answer, type Caller, createTestApi, GOOD_BODY, micros } from '../../http/testing.ts';
import type { JsonObject } from '../../lib/json.ts';
import { DAY_MS } from '../../lib/time.ts';
import { dayOf } from '../../tasks/usage.ts';

const api = await createTestApi();
const ACCOUNT = '/api/v1/client/account';
const VIDU_BODY = {
  model: 'vidu/q1-r2v',
  input: { prompt: 'a dancer', img_urls: ['https://example.com/a.jpg'] },
};

interface StatementRow {
  id: string;
  kind: string;
  credits: number;
  balance: number;
  task_id: string | null;
  reason: string;
  create_at: number;
}

function read(caller: Caller, path: string): Promise<Answer> {
  return api.call({ path: `${ACCOUNT}/${path}`, key: caller.key });
}

async function statementOf(
  caller: Caller,
  query = '',
): Promise<{ rows: StatementRow[]; next: string | null }> {
  const { data } = await read(caller, `statement${query}`);
  return { rows: data.rows as unknown as StatementRow[], next: data.next_cursor as string | null };
}

async function createAndEnd(
  caller: Caller,
  how: 'succeeded' | 'failed',
  { body = VIDU_BODY, created }: { body?: JsonObject; created?: Date } = {},
): Promise<string> {
  const made = String((await api.create(caller, body)).data.task_id);
  const id = created === undefined ? made : await api.backdate(made, created);
  await api.endTask(id, how);
  return id;
}

it('the balance is what can be spent, apart from what is held', async () => {
  const caller = await api.openAccount({ credits: '166.5' });
  expect((await read(caller, 'balance')).data).toEqual({ balance: 166.5, held: 0 });
  await api.create(caller, VIDU_BODY);
  expect((await read(caller, 'balance')).data).toEqual({ balance: 86.5, held: 80 });
  const live = await api.openKey(caller.accountId, { mode: 'live' });
  expect((await read(live, 'balance')).data).toEqual({ balance: 0, held: 0 });
});

describe('the statement', () => {
  it('adds up: every row has the balance after it, and the first row has that of now', async () => {
    const caller = await api.openAccount({ credits: '200' });
    const charged = await createAndEnd(caller, 'succeeded');
    await createAndEnd(caller, 'failed');
    await api.core.credits.adjust({
      accountId: caller.accountId,
      book: 'test',
      amount: micros('-0.000001'),
      reason: 'a correction',
    });
    const { rows, next } = await statementOf(caller);
    expect(next).toBeNull();
    expect(rows.map(({ kind, credits, balance, reason }) => [kind, credits, balance, reason])).toEqual([
      ['adjust', -0.000001, 119.999999, 'a correction'],
      ['capture', -80, 120, ''],
      ['grant', 200, 200, 'for a test'],
    ]);
    expect(rows.map(({ task_id: id }) => id)).toEqual([null, charged, null]);
    expect((await read(caller, 'balance')).data.balance).toBe(119.999999);
  });

  it('has the same rows in pages of any size', async () => {
    const caller = await api.openAccount({ credits: '1000' });
    for (let count = 0; count < 6; count++) await createAndEnd(caller, 'succeeded');
    const { rows: whole } = await statementOf(caller);
    expect(whole).toHaveLength(7);
    for (const size of [1, 2, 3, 7]) {
      const rows: StatementRow[] = [];
      let cursor: string | null = null;
      do {
        const page = await statementOf(caller, `?limit=${size}${cursor === null ? '' : `&cursor=${cursor}`}`);
        rows.push(...page.rows);
        cursor = page.next;
      } while (cursor !== null);
      expect(rows).toEqual(whole);
    }
  });

  it('of another account or book stays separate, even with a cursor of this one', async () => {
    const owner = await api.openAccount();
    const other = await api.openAccount({ credits: '0' });
    const live = await api.openKey(owner.accountId, { mode: 'live' });
    const [{ id }] = (await statementOf(owner)).rows;
    for (const caller of [other, live]) {
      expect((await statementOf(caller)).rows).toEqual([]);
      expect((await statementOf(caller, `?cursor=${id}`)).rows).toEqual([]);
    }
  });
});

describe('the usage', () => {
  it('counts tasks, successes and charges by day, model and key', async () => {
    const caller = await api.openAccount();
    const sibling = await api.openKey(caller.accountId);
    // All at one moment of yesterday: a midnight may come between them.
    const created = new Date(api.core.clock() - DAY_MS);
    await createAndEnd(caller, 'succeeded', { created });
    await createAndEnd(caller, 'failed', { created });
    await createAndEnd(sibling, 'succeeded', { created, body: GOOD_BODY });
    await api.backdate(String((await api.create(sibling, VIDU_BODY)).data.task_id), created);
    const byDay = await read(caller, 'usage');
    expect(byDay.data).toMatchObject({
      group_by: 'day',
      rows: [{ day: dayOf(created), tasks: 4, succeeded: 2, credits: 80 }],
    });
    const byModel = await read(caller, 'usage?group_by=model');
    expect(byModel.data.rows).toEqual([
      { model: 'reelay/draft-t2v', tasks: 1, succeeded: 1, credits: 0 },
      { model: 'vidu/q1-r2v', tasks: 3, succeeded: 1, credits: 80 },
    ]);
    const byKey = await read(caller, 'usage?group_by=key');
    expect(byKey.data.rows).toEqual([
      { key: caller.row.id, tasks: 2, succeeded: 1, credits: 80 },
      { key: sibling.row.id, tasks: 2, succeeded: 1, credits: 0 },
    ]);
  });

  it('counts within its time, and of its own account alone', async () => {
    const caller = await api.openAccount();
    const other = await api.openAccount();
    await api.create(caller);
    const nowSeconds = Math.floor(api.core.clock() / 1000);
    const rowsOf = async (who: Caller, query: string) => (await read(who, `usage?${query}`)).data.rows;
    expect(await rowsOf(caller, `from=${nowSeconds - 60}&to=${nowSeconds + 60}`)).toHaveLength(1);
    expect(await rowsOf(caller, `from=${nowSeconds + 60}`)).toEqual([]);
    expect(await rowsOf(caller, `to=${nowSeconds - 60}`)).toEqual([]);
    expect(await rowsOf(other, '')).toEqual([]);
  });
});
