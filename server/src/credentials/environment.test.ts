import { beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { OperatorError } from '../errors.ts';
import { ARK_KEY, createNode, listReady, OTHER_ARK_KEY } from './testing.ts';

const { pool } = await createTestDatabase();

beforeEach(async () => {
  await pool.query('delete from credentials');
});

async function rowsOf(provider = 'ark') {
  const { credentials } = createNode(pool);
  return (await credentials.list()).filter((view) => view.provider === provider);
}

describe('an account of the environment', () => {
  it('is there after a start, and once after many', async () => {
    for (let start = 0; start < 3; start++) {
      await createNode(pool).credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    }
    expect(await rowsOf()).toMatchObject([
      { name: 'environment', source: 'environment', state: 'ready', hint: '…abcd' },
    ]);
  });

  it('is one row when ten processes start at once', async () => {
    const nodes = Array.from({ length: 10 }, () => createNode(pool));
    // Each already has its connection, so that they meet in the database and not before it.
    await Promise.all(nodes.map(() => pool.query('select pg_sleep(0.1)')));
    await Promise.all(
      nodes.map(({ credentials }) => credentials.importEnvironment({ ARK_API_KEY: ARK_KEY })),
    );
    expect(await rowsOf()).toHaveLength(1);
    expect(nodes.flatMap(({ logged }) => logged('credential.imported'))).toHaveLength(1);
  });

  it('needs all required fields; what is missing is logged by its variable', async () => {
    const { credentials, logged } = createNode(pool);
    await credentials.importEnvironment({
      PAIR_ACCESS_KEY: 'access',
      ARK_BASE_URL: 'https://ark.example.com',
    });
    expect(await credentials.list()).toEqual([]);
    expect(logged('credential.incomplete')).toMatchObject([
      { provider: 'pair', missing: ['PAIR_SECRET_KEY'] },
    ]);
  });

  it('is not made from fallbacks and empty values alone', async () => {
    const { credentials, logged } = createNode(pool);
    const variables = { ARK_API_KEY: '', PAIR_ACCESS_KEY: ' ', OPEN_BASE_URL: undefined };
    await credentials.importEnvironment({ ...variables, EITHER_BASE_URL: 'https://either.example.com' });
    expect(await credentials.list()).toEqual([]);
    expect(logged('credential.incomplete')).toEqual([]);
  });

  it('is made from one of two keys, and from an address alone where no key is needed', async () => {
    const { credentials } = createNode(pool);
    await credentials.importEnvironment({ EITHER_NEW_KEY: 'k', ENGINE_BASE_URL: 'http://127.0.0.1:8000/v1' });
    expect((await credentials.list()).map(({ provider, state }) => [provider, state])).toEqual([
      ['either', 'ready'],
      ['engine', 'ready'],
    ]);
  });

  it('that has a wrong value is refused by its name', async () => {
    const { credentials } = createNode(pool);
    const variables = { ARK_API_KEY: ARK_KEY, ARK_BASE_URL: 'ark.example.com' };
    await expect(credentials.importEnvironment(variables)).rejects.toThrow(OperatorError);
    await expect(credentials.importEnvironment(variables)).rejects.toThrow(/^base_url must be an http/);
  });

  it('keeps its row when its address changes, and its cool-down ends', async () => {
    const { credentials, logged } = createNode(pool);
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    const [before] = await credentials.list();
    await credentials.reportTrouble(before.id, { reason: 'bad_credentials', message: 'no' });
    const old = await credentials.connect(before.id);
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY, ARK_BASE_URL: 'https://ark.example.com/v3' });
    const [after] = await credentials.list();
    expect(after).toMatchObject({ id: before.id, state: 'ready', host: 'ark.example.com', troubles: 0 });
    expect((await credentials.connect(after.id)).context.credential.fields.base_url).toBe(
      'https://ark.example.com/v3',
    );
    expect(old.context.credential.fields.base_url).toBe('https://ark.cn-beijing.volces.com/api/v3');
    expect(logged('credential.changed')).toHaveLength(1);
  });

  it('leaves alone what has not changed, a cool-down included', async () => {
    const { credentials } = createNode(pool);
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    const [{ id }] = await credentials.list();
    await credentials.reportTrouble(id, { reason: 'quota_exhausted', message: 'no money' });
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    expect(await credentials.list()).toMatchObject([{ id, state: 'cooling', coolReason: 'quota_exhausted' }]);
  });
});

describe('a key that is replaced in the environment', () => {
  it('takes no new task, and is connected to for what is under way with it', async () => {
    const { credentials, logged } = createNode(pool);
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    const [old] = await credentials.list();
    await credentials.importEnvironment({ ARK_API_KEY: OTHER_ARK_KEY });
    const usable = await listReady(credentials, 'ark');
    expect(usable).toMatchObject([{ name: 'environment', hint: '…wxyz' }]);
    expect(usable[0].id).not.toBe(old.id);
    const { context } = await credentials.connect(old.id);
    expect(context.credential.fields.api_key).toBe(ARK_KEY);
    expect(await credentials.find(old.id)).toMatchObject({ state: 'retired', name: 'environment' });
    expect(logged('credential.retired')).toMatchObject([{ credentialId: old.id, hint: '…abcd' }]);
  });

  it('passes its caps and switches on to the next', async () => {
    const { credentials } = createNode(pool);
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    const limits = { requestsPerMinute: 60, openTasksMax: 8, weight: 3, enabled: false };
    await credentials.change('ark/environment', limits);
    await credentials.importEnvironment({ ARK_API_KEY: OTHER_ARK_KEY });
    expect(await credentials.find('ark/environment')).toMatchObject({ ...limits, hint: '…wxyz' });
  });

  it('is the same row when it comes back', async () => {
    const { credentials, logged } = createNode(pool);
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    const [first] = await credentials.list();
    await credentials.importEnvironment({ ARK_API_KEY: OTHER_ARK_KEY });
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    expect(await listReady(credentials, 'ark')).toMatchObject([{ id: first.id, retiredAt: null }]);
    expect(await credentials.list()).toHaveLength(2);
    expect(logged('credential.revived')).toMatchObject([{ credentialId: first.id }]);
  });

  it('is retired if it is not there any more', async () => {
    const { credentials } = createNode(pool);
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY, PAIR_ACCESS_KEY: 'a', PAIR_SECRET_KEY: 's' });
    await credentials.importEnvironment({ PAIR_ACCESS_KEY: 'a', PAIR_SECRET_KEY: 's' });
    expect(await listReady(credentials, 'ark')).toEqual([]);
    expect(await listReady(credentials, 'pair')).toHaveLength(1);
  });
});

describe('an account that an operator added', () => {
  it('stays when the environment has none, and is no second row when it has the same key', async () => {
    const { credentials } = createNode(pool);
    const added = await credentials.add({ provider: 'ark', fields: { api_key: ARK_KEY } });
    await credentials.importEnvironment({});
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    expect(await credentials.list()).toMatchObject([{ id: added.id, source: 'operator', name: 'operator' }]);
  });

  it('and removed, is the environment’s when its key is there', async () => {
    const { credentials } = createNode(pool);
    const { id } = await credentials.add({ provider: 'ark', fields: { api_key: ARK_KEY } });
    await pool.query('update credentials set retired_at = now() where id = $1', [id]);
    await credentials.importEnvironment({ ARK_API_KEY: ARK_KEY });
    expect(await listReady(credentials, 'ark')).toMatchObject([
      { id, source: 'environment', name: 'environment' },
    ]);
  });
});
