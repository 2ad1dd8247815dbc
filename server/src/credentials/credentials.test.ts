import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import { answerWith } from '../providers/conformance-replay.ts';
import { CredentialUnusable } from './credentials.ts';
import {
  ARK_KEY,
  createNode,
  failure,
  listReady,
  OTHER_ARK_KEY,
  SERVER_SECRET,
  stageArk,
} from './testing.ts';

const { pool, replay, addArk } = await stageArk();

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

describe('an operator', () => {
  it('adds accounts under names of their own, and no key twice', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    expect(await addArk(node, OTHER_ARK_KEY)).toMatchObject({
      name: 'operator-2',
      source: 'operator',
      weight: 1,
    });
    await expect(addArk(node)).rejects.toThrow(`This key already exists, as ark/operator (${id})`);
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
      'already exists',
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
