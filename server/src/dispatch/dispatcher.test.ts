// Rounds on a real database whose commits fail: what a round remembers of itself for the next ones.
import { afterEach, describe, expect, it } from 'vitest';
import { createTestApi } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import { Dispatcher } from './dispatcher.ts';

const api = await createTestApi();
const { pool, market } = api.core;
const DEADLOCK = '40P01';
const BODY = { model: 'reelay/draft-t2v', input: { prompt: 'x', duration: 2 } };

/** The next commit that has claimed something fails with the code, as PostgreSQL has it. */
async function failNextClaim(code: string): Promise<void> {
  await pool.query(`
    create sequence claims_seen;
    create function fail_first_claim() returns trigger language plpgsql as $$
    begin
      if nextval('claims_seen') = 1 then raise exception 'as the test wants it' using errcode = '${code}'; end if;
      return null;
    end $$;
    create constraint trigger fail_first_claim after insert on attempts
      deferrable initially deferred for each row execute function fail_first_claim()`);
}

const open: string[] = [];

afterEach(async () => {
  await pool.query('drop function if exists fail_first_claim cascade; drop sequence if exists claims_seen');
  for (const id of open.splice(0)) await api.endTask(id);
});

/** Two accounts with equal tasks that wait, and a dispatcher that knows of nothing yet. */
async function openRounds() {
  const accounts: string[] = [];
  for (let at = 0; at < 2; at++) {
    const caller = await api.openAccount({ credits: '100' });
    for (let task = 0; task < 2; task++) open.push(String((await api.create(caller, BODY)).data.task_id));
    accounts.push(caller.accountId);
  }
  const dispatcher = new Dispatcher({ pool, market, workOf: () => 1 });
  const nodeId = newId();
  const nextAccount = async () => {
    const local = { any: 1, short: 0, rendering: new Set<string>(), waiting: new Map<string, number>() };
    const claimed = await dispatcher.round({ nodeId, room: { local, remote: 0 }, starting: new Map() });
    return claimed?.map(({ account_id }) => account_id);
  };
  // Of accounts that were never served, the one comes first whose queue is found first.
  return { first: accounts.toSorted()[0], nextAccount };
}

describe('a round', () => {
  it('that a deadlock has undone is repeated as if it had not been', async () => {
    const { first, nextAccount } = await openRounds();
    await failNextClaim(DEADLOCK);
    expect(await nextAccount()).toEqual([first]);
  });

  it('whose commit fails leaves the turn to the account that it was of', async () => {
    const { first, nextAccount } = await openRounds();
    await failNextClaim('P0001');
    await expect(nextAccount()).rejects.toThrow('as the test wants it');
    expect(await nextAccount()).toEqual([first]);
  });
});
