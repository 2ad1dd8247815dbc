import { inspect } from 'node:util';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { OperatorError } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import { answerWith, startReplay } from '../providers/conformance-replay.ts';
import type { Failure, FailureReason } from '../providers/contract.ts';
import { CredentialUnusable } from './credentials.ts';
import { ARK_KEY, createNode, listReady, OTHER_ARK_KEY, SERVER_SECRET, type TestNode } from './testing.ts';

const { pool } = await createTestDatabase();
const replay = await startReplay();
afterAll(() => replay.close());
const LIST = { items: [], total: 3 };

beforeEach(async () => {
  await pool.query('delete from credentials');
  replay.received.length = 0;
  replay.answer = answerWith(200, LIST);
});

const failure = (reason: FailureReason, retryAfterSeconds?: number): Failure => ({
  reason,
  message: 'for a test',
  code: 'Some.Code',
  retryAfterSeconds,
});

async function addArk(node: TestNode, key = ARK_KEY, name?: string) {
  return node.credentials.add({
    provider: 'ark',
    name,
    fields: { api_key: key, base_url: `${replay.base}/api/v3` },
  });
}

/** Ends the cool-down of an account, on the clock of the database. */
async function endCoolDown(id: string): Promise<void> {
  await pool.query(`update credentials set cooling_until = now() - interval '1 ms' where id = $1`, [id]);
}

/** The seconds for which an account still cools. */
async function secondsLeft(id: string): Promise<number> {
  const { rows } = await pool.query(
    'select round(extract(epoch from cooling_until - now()))::integer as seconds from credentials where id = $1',
    [id],
  );
  return rows[0].seconds;
}

describe('a secret', () => {
  const secrets = [ARK_KEY, OTHER_ARK_KEY, Buffer.from(ARK_KEY).toString('base64')];
  const expectNone = (text: string) => {
    for (const secret of secrets) expect(text).not.toContain(secret);
  };

  it('appears in no row, view, error or log line, whatever the provider repeats', async () => {
    const node = createNode(pool);
    const { credentials } = node;
    const added = await addArk(node);
    const errors: unknown[] = [];
    const keep = (work: Promise<unknown>) =>
      work.then(
        (value) => errors.push(value),
        (error) => errors.push(error),
      );
    const words = { error: { code: 'AuthenticationError', message: `the key ${ARK_KEY} is not good` } };
    replay.answer = answerWith(401, words);
    await keep(credentials.test(added.id));
    replay.answer = answerWith(200, `<html>${ARK_KEY}</html>`);
    await keep(credentials.test(added.id));
    await keep(credentials.add({ provider: 'ark', fields: { api_key: ARK_KEY } }));
    await keep(credentials.add({ provider: 'ark', fields: { api_key: `${OTHER_ARK_KEY}\u0001` } }));
    await keep(credentials.add({ provider: 'pair', fields: { access_key: ARK_KEY } }));
    await keep(credentials.importEnvironment({ ARK_API_KEY: OTHER_ARK_KEY, ARK_BASE_URL: OTHER_ARK_KEY }));
    await credentials.importEnvironment({ ARK_API_KEY: OTHER_ARK_KEY });
    await credentials.importEnvironment({});
    expect(replay.received.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${ARK_KEY}`,
      `Bearer ${ARK_KEY}`,
    ]);
    expect(errors.map((error) => (error instanceof Error ? error.message : ''))).toMatchObject(
      ['', '', /already/, /printable/, /missing/, /address/].map((pattern) => expect.stringMatching(pattern)),
    );
    const { rows } = await pool.query(
      'select to_jsonb(c)::text as text, encode(sealed, $1) as sealed from credentials c',
      ['escape'],
    );
    expectNone(
      inspect([errors, rows, await credentials.list(), credentials], { depth: 20, showHidden: true }),
    );
    expectNone(JSON.stringify([errors, rows, await credentials.list(), credentials]));
    expect(node.lines.length).toBeGreaterThan(2);
    expectNone(node.lines.join('\n'));
  });

  it('that a provider repeats in a successful answer is hidden too', async () => {
    const { provider } = await createNode(pool).credentials.connect((await addArk(createNode(pool))).id);
    const chatty = {
      ...provider,
      probe: async () => ({ type: 'works' as const, detail: `hello ${ARK_KEY}` }),
    };
    const { credentials } = createNode(pool, SERVER_SECRET, new Map([['ark', chatty]]));
    const { id } = await credentials.find('ark/operator');
    expect(await credentials.test(id)).toEqual({ type: 'works', detail: 'hello [secret]' });
  });

  it('that stands in a field that is not secret is hidden there too', async () => {
    const { credentials } = createNode(pool);
    const fields = { api_key: ARK_KEY, base_url: `https://ark.example.com/${ARK_KEY}/v3` };
    const view = await credentials.add({ provider: 'ark', fields });
    expect(view.fields.base_url).toBe('https://ark.example.com/[secret]/v3');
  });

  it('does not open with the secret of another server, nor in another row', async () => {
    const mine = createNode(pool);
    const { id } = await addArk(mine);
    const { id: otherId } = await addArk(mine, OTHER_ARK_KEY);
    const elsewhere = createNode(pool, `${SERVER_SECRET}!`);
    await expect(elsewhere.credentials.connect(id)).rejects.toThrow(CredentialUnusable);
    expect(await listReady(elsewhere.credentials, 'ark')).toEqual([]);
    expect(await elsewhere.credentials.find(id)).toMatchObject({
      state: 'unusable',
      fault: expect.stringContaining('another secret of the server'),
    });
    expect(await elsewhere.credentials.test(id)).toMatchObject({
      type: 'fails',
      failure: { reason: 'bad_credentials' },
    });
    expect(elsewhere.logged('credential.unusable')).toHaveLength(2);
    await pool.query(
      'update credentials set sealed = (select sealed from credentials where id = $2) where id = $1',
      [id, otherId],
    );
    await expect(createNode(pool).credentials.connect(id)).rejects.toThrow('sealed with another secret');
  });
});

describe('the list', () => {
  it('is read once for many callers of a moment, and again when the moment is over', async () => {
    const node = createNode(pool);
    await addArk(node);
    await node.credentials.list();
    const lists = await Promise.all(Array.from({ length: 50 }, () => node.credentials.list()));
    await addArk(createNode(pool), OTHER_ARK_KEY);
    expect(new Set(lists).size).toBe(1);
    expect(await node.credentials.list()).toBe(lists[0]);
    node.passSeconds(1);
    expect(await node.credentials.list()).toHaveLength(2);
  });

  it('has those that take tasks first', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await addArk(node, OTHER_ARK_KEY);
    await pool.query('update credentials set retired_at = now() where id = $1', [id]);
    node.passSeconds(1);
    expect((await node.credentials.list()).map(({ state }) => state)).toEqual(['ready', 'retired']);
  });
});

describe('a connection', () => {
  it('is kept until the row changes, and is there for disabled, cooling and retired accounts', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    const first = await node.credentials.connect(id);
    await node.credentials.change(id, { enabled: false });
    await node.credentials.reportTrouble(id, failure('bad_credentials'));
    await pool.query('update credentials set retired_at = now() where id = $1', [id]);
    node.passSeconds(1);
    expect(await listReady(node.credentials, 'ark')).toEqual([]);
    expect(await node.credentials.connect(id)).toBe(first);
    await node.credentials.change(id, { fields: { recovery: 'off' } });
    const changed = await node.credentials.connect(id);
    expect(changed.context.credential.fields).toMatchObject({ api_key: ARK_KEY, recovery: 'off' });
    expect(first.context.credential.fields.recovery).toBe('safety_identifier');
  });

  it('is there at once for an account that another node added a moment ago', async () => {
    const one = createNode(pool);
    expect(await one.credentials.list()).toEqual([]);
    const { id } = await addArk(createNode(pool));
    expect((await one.credentials.connect(id)).provider.id).toBe('ark');
    for (const gone of [newId(), 'x', '']) {
      await expect(one.credentials.connect(gone)).rejects.toThrow(CredentialUnusable);
    }
  });
});

describe('a cool-down', () => {
  it('of one node is seen by the other within a second, and both return when it is over', async () => {
    const [one, other] = [createNode(pool), createNode(pool)];
    const { id } = await addArk(one);
    expect(await listReady(other.credentials, 'ark')).toHaveLength(1);
    await one.credentials.reportTrouble(id, failure('rate_limited', 1));
    expect(await listReady(one.credentials, 'ark')).toEqual([]);
    other.passSeconds(1);
    expect(await listReady(other.credentials, 'ark')).toEqual([]);
    expect(await other.credentials.find('ark/operator')).toMatchObject({
      state: 'cooling',
      coolReason: 'rate_limited',
    });
    for (const node of [one, other]) {
      await expect
        .poll(
          async () => {
            node.passSeconds(1);
            return (await listReady(node.credentials, 'ark')).length;
          },
          { timeout: 5_000 },
        )
        .toBe(1);
      expect(node.logged('credential.returned')).toMatchObject([{ credentialId: id, name: 'operator' }]);
    }
    expect(one.logged('credential.cooled')).toMatchObject([
      { credentialId: id, reason: 'rate_limited', code: 'Some.Code', seconds: 1, provider: 'ark' },
    ]);
    expect(other.logged('credential.cooled')).toEqual([]);
  });

  it.each([
    ['bad_credentials', [60, 120, 240, 480, 960, 1920, 3600, 3600]],
    ['quota_exhausted', [60, 120, 240, 480, 960, 1920, 3600, 3600]],
    ['rate_limited', [5, 10, 20, 40, 80, 160, 300, 300]],
  ] as const)('for %s doubles with each trouble after a return', async (reason, seconds) => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    const seen: number[] = [];
    for (const _ of seconds) {
      await node.credentials.reportTrouble(id, failure(reason));
      seen.push(await secondsLeft(id));
      await endCoolDown(id);
    }
    expect(seen).toEqual(seconds);
  });

  it('is one for a crowd that fails at once, on two nodes', async () => {
    const nodes = [createNode(pool), createNode(pool)];
    const { id } = await addArk(nodes[0]);
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        nodes[at % 2].credentials.reportTrouble(id, failure('bad_credentials')),
      ),
    );
    expect(await secondsLeft(id)).toBe(60);
    expect(nodes.flatMap(({ logged }) => logged('credential.cooled'))).toHaveLength(1);
    nodes[0].passSeconds(1);
    expect(await nodes[0].credentials.find(id)).toMatchObject({ troubles: 1 });
  });

  it('is as long as Retry-After says, and is made longer by a later one but never shorter', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await node.credentials.reportTrouble(id, failure('rate_limited', 30));
    expect(await secondsLeft(id)).toBe(30);
    await node.credentials.reportTrouble(id, failure('rate_limited', 90));
    expect(await secondsLeft(id)).toBe(90);
    await node.credentials.reportTrouble(id, failure('rate_limited', 0));
    await node.credentials.reportTrouble(id, failure('rate_limited'));
    expect(await secondsLeft(id)).toBe(90);
    expect(await node.credentials.find(id)).toMatchObject({ troubles: 1 });
  });

  it('for a small reason is replaced by that for a grave one', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await node.credentials.reportTrouble(id, failure('rate_limited'));
    await node.credentials.reportTrouble(id, failure('quota_exhausted'));
    expect(await node.credentials.find(id)).toMatchObject({ coolReason: 'quota_exhausted', troubles: 1 });
    expect(await secondsLeft(id)).toBe(60);
    await node.credentials.reportTrouble(id, failure('rate_limited'));
    expect(await node.credentials.find(id)).toMatchObject({ coolReason: 'quota_exhausted' });
  });

  it.each(['unavailable', 'timed_out', 'unreadable'] as const)(
    'for %s needs five in a row, without a success between them',
    async (reason) => {
      const node = createNode(pool);
      const { id } = await addArk(node);
      const report = async (times: number) => {
        for (let count = 0; count < times; count++) {
          await node.credentials.reportTrouble(id, failure(reason));
        }
      };
      await report(4);
      await node.credentials.reportSuccess(id);
      await report(4);
      expect(await listReady(node.credentials, 'ark')).toHaveLength(1);
      await report(1);
      expect(await listReady(node.credentials, 'ark')).toEqual([]);
      expect(await secondsLeft(id)).toBe(15);
      await endCoolDown(id);
      await report(5);
      expect(await secondsLeft(id)).toBe(30);
    },
  );

  it('follows five lost starts in a row, without a sensible answer between them', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    const lose = async (times: number) => {
      for (let count = 0; count < times; count++) await node.credentials.reportLostStart(id, 'HTML');
    };
    await lose(4);
    node.credentials.reportAnswer(id);
    await lose(4);
    await node.credentials.reportSuccess(id);
    await lose(4);
    await node.credentials.reportTrouble(id, failure('unavailable'));
    expect(await listReady(node.credentials, 'ark')).toHaveLength(1);
    await lose(1);
    expect(await node.credentials.find(id)).toMatchObject({ state: 'cooling', coolReason: 'unreadable' });
  });

  it.each(['invalid_input', 'content_refused', 'template_gone', 'cancelled', 'lost', 'failed'] as const)(
    'never follows %s, which is about the task',
    async (reason) => {
      const node = createNode(pool);
      const { id } = await addArk(node);
      for (let count = 0; count < 12; count++) await node.credentials.reportTrouble(id, failure(reason));
      expect(await listReady(node.credentials, 'ark')).toHaveLength(1);
    },
  );

  it('is not ended by the success of a task that began before', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await node.credentials.reportTrouble(id, failure('quota_exhausted'));
    await node.credentials.reportSuccess(id);
    expect(await secondsLeft(id)).toBe(60);
  });

  it('begins at the first step again once a task was taken after the return', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    for (let round = 0; round < 2; round++) {
      await node.credentials.reportTrouble(id, failure('rate_limited'));
      await endCoolDown(id);
    }
    await node.credentials.reportSuccess(id);
    node.passSeconds(1);
    expect(await node.credentials.find(id)).toMatchObject({ troubles: 0, coolReason: null });
    await node.credentials.reportTrouble(id, failure('rate_limited'));
    expect(await secondsLeft(id)).toBe(5);
  });
});

describe('a success', () => {
  it('is written at most once in five seconds', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    const lastOk = async () => (await node.credentials.find(id)).lastOkAt?.getTime();
    await node.credentials.reportSuccess(id);
    const first = await lastOk();
    expect(first).toBeGreaterThan(0);
    node.passSeconds(4.9);
    await node.credentials.reportSuccess(id);
    expect(await lastOk()).toBe(first);
    node.passSeconds(0.1);
    await node.credentials.reportSuccess(id);
    expect(await lastOk()).toBeGreaterThan(Number(first));
  });
});

describe('a test', () => {
  it('that succeeds ends a cool-down on all nodes', async () => {
    const [one, other] = [createNode(pool), createNode(pool)];
    const { id } = await addArk(one);
    await one.credentials.reportTrouble(id, failure('bad_credentials'));
    expect(await listReady(other.credentials, 'ark')).toEqual([]);
    expect(await one.credentials.test(id)).toEqual({
      type: 'works',
      detail: 'the task list answers: 3 tasks in the last 7 days',
    });
    expect(await listReady(one.credentials, 'ark')).toHaveLength(1);
    other.passSeconds(1);
    expect(await listReady(other.credentials, 'ark')).toMatchObject([{ troubles: 0, coolReason: null }]);
    expect(other.logged('credential.returned')).toHaveLength(1);
  });

  it('keeps the balance that was reported, and the last one when none was', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    const { provider } = await node.credentials.connect(id);
    const withBalance = {
      ...provider,
      probe: async () => ({ type: 'works' as const, detail: 'ok', balance: { unit: 'usd', amount: 1.5 } }),
    };
    const rich = createNode(pool, SERVER_SECRET, new Map([['ark', withBalance]]));
    await rich.credentials.test(id);
    await node.credentials.test(id);
    expect(await node.credentials.find(id)).toMatchObject({
      balance: { unit: 'usd', amount: 1.5 },
      balanceAt: expect.any(Date),
    });
  });

  it.each([
    ['a wrong key', 401, { error: { code: 'AuthenticationError', message: 'no' } }, 'bad_credentials'],
    ['a page of a balancer', 502, '<html></html>', 'unavailable'],
    ['a wrong address', 404, '<html></html>', 'unreadable'],
  ] as const)('that meets %s cools the account at once', async (_, status, body, reason) => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    replay.answer = answerWith(status, body);
    expect(await node.credentials.test(id)).toMatchObject({ type: 'fails', failure: { reason } });
    expect(await node.credentials.find(id)).toMatchObject({ state: 'cooling', coolReason: reason });
    expect(await secondsLeft(id)).toBe(reason === 'bad_credentials' ? 60 : 15);
  });

  it('that many callers ask for at once is one call', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await Promise.all(Array.from({ length: 9 }, () => node.credentials.test(id)));
    expect(replay.received).toHaveLength(1);
    await node.credentials.test(id);
    expect(replay.received).toHaveLength(2);
  });
});

describe('an operator', () => {
  it('adds accounts under names of their own, and no key twice', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    expect(await addArk(node, OTHER_ARK_KEY)).toMatchObject({
      name: 'operator-2',
      source: 'operator',
      weight: 1,
    });
    await expect(addArk(node)).rejects.toThrow(`This key is there already, as ark/operator (${id})`);
    await expect(addArk(node, `${ARK_KEY}2`, 'operator')).rejects.toThrow(
      'There is a credential "operator" already',
    );
    for (const name of ['environment', '', 'a/b', 'a\nb', 'x'.repeat(101), newId()]) {
      await expect(addArk(node, `${ARK_KEY}2`, name)).rejects.toThrow(OperatorError);
    }
    await expect(node.credentials.add({ provider: 'arc', fields: {} })).rejects.toThrow(
      'There is no provider "arc"; known are ark, pair, open, engine, either',
    );
    expect(await node.credentials.list()).toHaveLength(2);
  });

  it('changes what is named and keeps the rest', async () => {
    const node = createNode(pool);
    await addArk(node);
    await node.credentials.change('ark/operator', { requestsPerMinute: 30, openTasksMax: 4, weight: 2 });
    const changed = await node.credentials.change('ark/operator', {
      openTasksMax: null,
      enabled: false,
      name: 'main',
    });
    expect(changed).toMatchObject({
      name: 'main',
      requestsPerMinute: 30,
      openTasksMax: null,
      weight: 2,
      enabled: false,
      state: 'disabled',
    });
    expect(await node.credentials.change(changed.id, { enabled: true })).toMatchObject({ state: 'ready' });
  });

  it('gives an account another key in place: what is under way goes on with it, and a cool-down ends', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await node.credentials.reportTrouble(id, failure('bad_credentials'));
    const changed = await node.credentials.change(id, { fields: { api_key: OTHER_ARK_KEY } });
    expect(changed).toMatchObject({ id, state: 'ready', hint: '…wxyz', troubles: 0 });
    const { context } = await node.credentials.connect(id);
    expect(context.credential.fields).toMatchObject({
      api_key: OTHER_ARK_KEY,
      base_url: `${replay.base}/api/v3`,
    });
    expect(await addArk(node)).toMatchObject({ hint: '…abcd' });
    await expect(node.credentials.change(id, { fields: { api_key: ARK_KEY } })).rejects.toThrow(
      'is there already',
    );
  });

  it('cannot rename or refill what comes from the environment, nor remove it while it does', async () => {
    const { credentials } = createNode(pool);
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    const fixed = 'It comes from the environment: its name is fixed';
    await expect(credentials.change('ark/environment', { name: 'x' })).rejects.toThrow(fixed);
    await expect(credentials.change('ark/environment', { fields: { recovery: 'off' } })).rejects.toThrow(
      fixed,
    );
    await expect(credentials.remove('ark/environment')).rejects.toThrow('unset ARK_API_KEY');
    expect(await credentials.change('ark/environment', { enabled: false })).toMatchObject({
      state: 'disabled',
    });
  });

  it('gets an error for an unknown name or id', async () => {
    const { credentials } = createNode(pool);
    for (const name of ['ark/none', 'none', newId()]) {
      await expect(credentials.find(name)).rejects.toThrow(`There is no credential "${name}"`);
    }
  });

  it('can take a database that holds a provider of another release', async () => {
    const { id } = await addArk(createNode(pool));
    const { credentials } = createNode(pool, SERVER_SECRET, new Map());
    expect(await credentials.list()).toMatchObject([
      { state: 'unusable', fault: 'this release knows no provider "ark"', fields: {}, host: null },
    ]);
    await expect(credentials.connect(id)).rejects.toThrow('knows no provider');
    expect(await credentials.remove(id)).toEqual({ deleted: true });
  });
});

describe('an account that is removed', () => {
  const attempt = (id: string) =>
    pool.query(
      `insert into attempts (task_id, epoch, provider, state, credential_id) values ($1, 1, 'ark', 'accepted', $2)`,
      [newId(), id],
    );

  it('is deleted when no attempt names it', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    expect(await node.credentials.remove('ark/operator')).toEqual({ deleted: true });
    expect(await node.credentials.list()).toEqual([]);
    await expect(node.credentials.connect(id)).rejects.toThrow(CredentialUnusable);
  });

  it('is kept and connected to while attempts name it, and comes back with its key', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await attempt(id);
    expect(await node.credentials.remove(id)).toEqual({ deleted: false });
    expect(await listReady(node.credentials, 'ark')).toEqual([]);
    expect((await node.credentials.connect(id)).context.credential.fields.api_key).toBe(ARK_KEY);
    await expect(node.credentials.change(id, { weight: 2 })).rejects.toThrow('It is retired');
    expect(await addArk(node, OTHER_ARK_KEY)).toMatchObject({ name: 'operator' });
    expect(await addArk(node, ARK_KEY, 'again')).toMatchObject({ id, name: 'again', state: 'ready' });
  });

  it('is deleted by a further command once its attempts are gone', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await attempt(id);
    await node.credentials.remove(id);
    await pool.query('delete from attempts');
    expect(await node.credentials.remove(id)).toEqual({ deleted: true });
  });
});
