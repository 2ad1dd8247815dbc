// What an account has used: exact sums by every group, the same as a file, and the statement.
import { describe, expect, it } from 'vitest';
import { type Caller, createTestApi, GOOD_BODY } from '../../http/testing.ts';
import { isObject, type JsonObject } from '../../lib/json.ts';
import { formatCredits } from '../../lib/money.ts';

const PRICE = 0.333333;
const api = await createTestApi();
const { pool, catalog } = api.core;
await catalog.changeModel(GOOD_BODY.model, { price: { kind: 'flat', version: 'test', credits: PRICE } });

function ask(caller: Caller, path: string) {
  return api.call({ path: `/api/v1/account${path}`, key: caller.key });
}

function rowsOf({ body }: { body: JsonObject }, field = 'rows'): JsonObject[] {
  const rows = body[field];
  return Array.isArray(rows) ? rows.filter(isObject) : [];
}

/** Twelve tasks over four days: ended well, ended badly and open ones, with two customers. */
async function openUsedAccount() {
  const caller = await api.openAccount({ credits: '100' });
  const other = await api.openKey(caller.accountId);
  const customers: JsonObject[] = [
    {},
    { metadata: { customer: '=one' } },
    { metadata: { customer: 'two, "quoted"' } },
  ];
  for (let at = 0; at < 12; at++) {
    const made = await api.create(at % 2 === 0 ? caller : other, { ...GOOD_BODY, ...customers[at % 3] });
    const created = new Date(Date.UTC(2026, 2, 1 + (at % 4), at === 3 ? 23 : 0, at === 3 ? 59 : 0));
    const id = await api.backdate(String(made.data.task_id), created);
    if (at < 6) await api.endTask(id);
    else if (at < 9) await api.endTask(id, 'failed');
  }
  return { caller, other };
}

const RANGE = 'from=2026-03-01&to=2026-03-05';

describe('usage', () => {
  it.each(['day', 'model', 'key', 'state', 'metadata.customer'])(
    'by %s adds up to the sum of all tasks',
    async (by) => {
      const { caller } = await openUsedAccount();
      const answer = await ask(caller, `/usage?by=${by}&${RANGE}`);
      expect(answer.status).toBe(200);
      const { rows } = await pool.query(
        `select count(*)::integer as tasks, sum(captured)::bigint as credits,
         sum(price) filter (where completed_at is null)::bigint as held from tasks where account_id = $1`,
        [caller.accountId],
      );
      const sum = { tasks: 12, succeeded: 6, failed: 3, credits: 1.999998, held: 0.999999 };
      expect(answer.body.sum).toEqual(sum);
      expect(formatCredits(rows[0].credits)).toBe('1.999998');
      for (const [name, wanted] of Object.entries(sum)) {
        const micros = rowsOf(answer).reduce(
          (total, row) => total + Math.round(Number(row[name]) * 1_000_000),
          0,
        );
        expect([name, micros]).toEqual([name, Math.round(wanted * 1_000_000)]);
      }
    },
  );

  it('by day has a row for each day of the time, in UTC', async () => {
    const { caller } = await openUsedAccount();
    const answer = await ask(caller, `/usage?${RANGE}`);
    expect(rowsOf(answer).map(({ name, tasks }) => [name, tasks])).toEqual([
      ['2026-03-01', 3],
      ['2026-03-02', 3],
      ['2026-03-03', 3],
      ['2026-03-04', 3],
      ['2026-03-05', 0],
    ]);
    const last = await ask(caller, '/usage?from=2026-03-04&to=2026-03-04');
    expect(last.body.sum).toMatchObject({ tasks: 3 });
  });

  it('by key names the keys, and is that of one key where it is asked for', async () => {
    const { caller, other } = await openUsedAccount();
    const answer = await ask(caller, `/usage?by=key&${RANGE}`);
    expect(
      rowsOf(answer)
        .map(({ name, label, tasks }) => [name, label, tasks])
        .toSorted(),
    ).toEqual(
      [
        [caller.row.id, 'for a test', 6],
        [other.row.id, 'for a test', 6],
      ].toSorted(),
    );
    const one = await ask(caller, `/usage?by=state&key=${other.row.id}&${RANGE}`);
    expect(one.body.sum).toMatchObject({ tasks: 6 });
    const days = await ask(caller, '/usage/keys?days=2');
    expect(days.body).toEqual({ items: [] });
  });

  it('as a file has the same rows, and no cell that a spreadsheet would run', async () => {
    const { caller } = await openUsedAccount();
    const shown = rowsOf(await ask(caller, `/usage?by=metadata.customer&${RANGE}`));
    const file = await ask(caller, `/usage/export?by=metadata.customer&${RANGE}`);
    expect(file.headers['content-disposition']).toContain(
      'reelay-usage-test-by-metadata.customer-2026-03-01',
    );
    const cells: Record<string, string> = { '=one': "'=one", 'two, "quoted"': '"two, ""quoted"""' };
    const lines = shown.map(({ name, tasks, succeeded, failed, credits, held }) =>
      [name === null ? '' : cells[String(name)], '', tasks, succeeded, failed, credits, held].join(','),
    );
    expect(file.text.split('\r\n')).toEqual(['name,label,tasks,succeeded,failed,credits,held', ...lines, '']);
  });

  it('is of the own account and book alone', async () => {
    const { caller } = await openUsedAccount();
    const other = await api.openAccount();
    const live = await api.openKey(caller.accountId, { mode: 'live' });
    for (const one of [other, live])
      expect((await ask(one, `/usage?${RANGE}`)).body.sum).toMatchObject({ tasks: 0, credits: 0 });
  });

  it.each([
    ['by=person', 'by: must be one of day, model, key, state, or metadata. and a name'],
    ['from=2026-03-02&to=2026-03-01', 'from: must be at most 366 days before to, and not after it'],
    ['from=2024-01-01&to=2026-03-01', 'from: must be at most 366 days before to, and not after it'],
    ['from=2026-02-30', 'from: must be a day such as 2026-11-30'],
  ])('refuses %s', async (query, fault) => {
    const caller = await api.openAccount();
    expect((await ask(caller, `/usage?${query}`)).body.error).toMatchObject({ faults: [fault] });
  });
});

describe('the statement', () => {
  it('has every movement with the balance after it, and that of one task where it is asked for', async () => {
    const caller = await api.openAccount({ credits: '10' });
    const ids: string[] = [];
    for (let at = 0; at < 3; at++) {
      ids.push(String((await api.create(caller)).data.task_id));
      await api.endTask(ids[at]);
    }
    const all = rowsOf(await ask(caller, '/statement'), 'items');
    expect(all.map(({ kind, credits, balance }) => [kind, credits, balance])).toEqual([
      ['capture', -0.333333, 9.000001],
      ['capture', -0.333333, 9.333334],
      ['capture', -0.333333, 9.666667],
      ['grant', 10, 10],
    ]);
    const one = rowsOf(await ask(caller, `/statement?task=${ids[1]}`), 'items');
    expect(one).toEqual([all[1]]);
    const other = await api.openAccount();
    expect(rowsOf(await ask(other, `/statement?task=${ids[1]}`), 'items')).toEqual([]);
  });
});
