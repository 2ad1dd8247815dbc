import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createTestApi } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';

const api = await createTestApi();
const { pool, credits } = api.core;
const { accountId } = await api.openAccount({ credits: '1000', mode: 'live' });
const OWNER = { accountId, book: 'live', limit: 100 } as const;
const MICROS = 1_000_000n;

/** The first day of the month so many months ago, as the database says. */
async function monthAgo(months: number): Promise<string> {
  const { rows } = await pool.query<{ month: string }>(
    `select to_char(now() at time zone 'UTC' - make_interval(months => $1), 'YYYY-MM') as month`,
    [months],
  );
  return rows[0].month;
}

/** Charges of one credit, one for each of the first days of a month, and a grant between them. */
async function chargeIn(month: string, charges: number): Promise<void> {
  await pool.query(
    `insert into transfers (id, kind, book, account_id, task_id, amount, reason)
     select (left(first_id_at($1::timestamp at time zone 'UTC' + make_interval(days => n))::text, 14) || '7' ||
         substr($2, 16, 20) || to_char(n, 'FM0'))::uuid,
       case n when 3 then 'grant' else 'capture' end, 'live', $3,
       case n when 3 then null else $2::uuid end, case n when 3 then 1000000 else -1000000 end,
       case n when 3 then 'a "gift", and more' end
     from generate_series(0, $4) n`,
    [`${month}-01`, newId(), accountId, charges],
  );
  await pool.query(
    `update balances set posted = posted - ($2 - 1) * 1000000::bigint where account_id = $1 and book = 'live'`,
    [accountId, charges],
  );
}

const [old, next, recent] = [await monthAgo(3), await monthAgo(2), await monthAgo(0)];
await chargeIn(old, 6);
await chargeIn(next, 5);

async function exportOf(month: string): Promise<string> {
  let text = '';
  await credits.exportMonth(month, async (more) => {
    text += more;
  });
  return text;
}

const sumAll = async (months: number): Promise<number> => {
  let sum = 0;
  for (let moved = 1; moved > 0; sum += moved) moved = await credits.sumOldCharges(months, 4);
  return sum;
};

const whatAuditsFind = async () =>
  (await Promise.all([credits.audit(), credits.auditDay(), credits.auditRecent()])).flat();

it('keeps sums of an exported month instead of its charges, and everything still adds up', async () => {
  expect(await whatAuditsFind()).toEqual([]);
  const before = await credits.statement(OWNER);
  const file = await exportOf(old);
  expect(await exportOf(old)).toBe(file);
  expect(file.split('\r\n')).toHaveLength(1 + 7 + 1);
  expect(file).toMatch(/,live,grant,1,account,grants,,"a ""gift"", and more",/);
  expect(await sumAll(0), 'zero keeps all').toBe(0);
  expect(await sumAll(12), 'it is not old enough').toBe(0);
  expect(await sumAll(1)).toBe(6);
  expect(await whatAuditsFind()).toEqual([]);
  const { rows } = await pool.query('select charges, charged from ledger_months');
  expect(rows).toEqual([{ charges: 6n, charged: -6n * MICROS }]);

  const after = await credits.statement(OWNER);
  expect(after).toEqual(before.slice(0, after.length));
  expect(after.map(({ id }) => id)).toHaveLength(before.length - 7);
  await expect(exportOf(old)).rejects.toThrow('kept as sums alone');
  expect(await credits.checkFile(old, Readable.from([Buffer.from(file)]))).toMatchObject({ charges: 6n });
  const other = Readable.from([Buffer.from(file.replace(',-1,', ',-2,'))]);
  await expect(credits.checkFile(old, other)).rejects.toThrow('not the file');
});

it('keeps the charges of a month that nobody exported, or that is not proven yet', async () => {
  expect(await sumAll(1)).toBe(0);
  await exportOf(next);
  const mark = `from settings where name = 'ledger_proven'`;
  const { rows } = await pool.query(`delete ${mark} returning name, value`);
  expect(await sumAll(1)).toBe(0);
  await pool.query('insert into settings (name, value) values ($1, to_jsonb($2::text))', [
    rows[0].name,
    rows[0].value,
  ]);
  expect(await sumAll(1)).toBe(5);
  expect(await whatAuditsFind()).toEqual([]);
});

it('refuses to export a month that is not over', async () => {
  await expect(exportOf(recent)).rejects.toThrow('is not over yet');
});

it('removes no transfer in any other way', async () => {
  await expect(pool.query(`delete from transfers where kind = 'grant'`)).rejects.toThrow('append-only');
});
