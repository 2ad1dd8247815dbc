// The accounts at providers on a real socket and database, without the rest of the operator door.
import { Ajv } from 'ajv';
import { Pool } from 'undici';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Accounts } from '../../accounts/accounts.ts';
import { generateKey } from '../../accounts/keys.ts';
import { ARK_KEY, createNode, OTHER_ARK_KEY } from '../../credentials/testing.ts';
import { createTestDatabase } from '../../db/testing.ts';
import { describeApi } from '../../http/openapi.ts';
import { createShell } from '../../http/shell.ts';
import { newId } from '../../lib/ids.ts';
import { type JsonObject, parseOwnJson } from '../../lib/json.ts';
import { createLog } from '../../lib/log.ts';
import { asSteady, systemClock } from '../../lib/time.ts';
import { People } from '../../people/people.ts';
import { SecondFactors } from '../../people/second-factor.ts';
import { answerWith, startReplay } from '../../providers/conformance-replay.ts';
import { crunErrors } from '../crun/answer.ts';
import { type Door, openDoor } from '../door.ts';
import { type CredentialParts, registerCredentialRoutes } from './credentials.routes.ts';
import { operatorDoor } from './operator.ts';

const TOKEN = 'an-operator-token-made-for-this-test';
const LIST = '/api/v1/operator/credentials';
const { pool } = await createTestDatabase();
const replay = await startReplay();
afterAll(() => replay.close());

let nowMs = 1_800_000_000_000;

interface CallOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  token?: string;
  headers?: object;
  body?: JsonObject;
}

async function startDoor(operatorToken: string | undefined) {
  const node = createNode(pool);
  const lines: string[] = [];
  const clock = asSteady(() => nowMs);
  const log = createLog('trace', {}, { write: (line: string) => void lines.push(line) });
  const door: Door<CredentialParts> = { ...operatorDoor, register: registerCredentialRoutes };
  const app = createShell({
    accounts: new Accounts({ pool, secret: 'a secret', clock, wallClock: () => nowMs, createsPer10s: 1 }),
    people: new People({
      pool,
      factors: new SecondFactors({ pool, secretKey: 'a secret key of this test' }),
      operatorsNeedSecondFactor: false,
      secret: 'a secret',
      clock,
      now: systemClock,
      log,
      publicUrl: () => 'http://127.0.0.1',
    }),
    log,
    // As in the server: what belongs to no door is refused as at the door of clients.
    errors: crunErrors,
    clock,
    trustProxy: [],
    readsPer10s: 100,
    operatorToken,
    onAnswer: () => undefined,
  });
  await describeApi(app, 'test', [operatorDoor]);
  await openDoor(app, door, { parts: { credentials: node.credentials }, log });
  const connections = new Pool(await app.listen({ host: '127.0.0.1', port: 0 }));
  afterAll(async () => {
    await connections.destroy();
    await app.close();
  });
  return {
    ...node,
    app,
    lines,
    async call(path: string, options: CallOptions = {}) {
      const { method = 'GET', token = TOKEN, body: sent } = options;
      const headers = {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      };
      const response = await connections.request({
        method,
        path,
        headers,
        body: sent && JSON.stringify(sent),
      });
      const text = await response.body.text();
      const body = parseOwnJson<JsonObject & { error: JsonObject }>(text);
      return { status: response.statusCode, headers: response.headers, text, body, error: body.error };
    },
  };
}

const door = await startDoor(TOKEN);
const closed = await startDoor(undefined);

beforeEach(async () => {
  nowMs += 60_000;
  await pool.query('delete from credentials');
  await door.credentials.importEnvironment({});
  replay.answer = answerWith(200, { items: [], total: 0 });
});

function add() {
  const fields = { api_key: ARK_KEY, base_url: `${replay.base}/api/v3` };
  return door.credentials.add({ provider: 'ark', fields });
}

describe('the operator token', () => {
  it('opens the door in the one form that it has', async () => {
    expect((await door.call(LIST)).status).toBe(200);
    expect((await door.call(LIST, { token: '', headers: { authorization: `bearer ${TOKEN}` } })).status).toBe(
      200,
    );
  });

  it.each([
    ['none', {}],
    ['another', { authorization: `Bearer ${TOKEN}x` }],
    ['its beginning', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['the header of keys', { 'x-api-key': TOKEN }],
    ['a key', { authorization: `Bearer ${generateKey('live')}` }],
  ])(
    'is missed with 401 where there is %s, before anything is said about the account',
    async (_, headers) => {
      for (const [path, method] of [
        [LIST, 'GET'],
        [`${LIST}/x/test`, 'POST'],
      ] as const) {
        const answer = await door.call(path, { method, token: '', headers });
        expect([answer.status, answer.error.name]).toEqual([401, 'unauthorized']);
        expect(answer.error.message).toBe('Operator token missing or not valid');
      }
      expect(door.lines.join()).not.toContain(TOKEN);
    },
  );

  it('that is not set makes every address a 404, with the message of any unknown address', async () => {
    const { id } = await add();
    for (const [path, method] of [
      [LIST, 'GET'],
      [`${LIST}/${id}/test`, 'POST'],
      ['/api/v1/operator/no', 'GET'],
    ] as const) {
      for (const token of [TOKEN, '', 'undefined']) {
        const answer = await closed.call(path, { method, token });
        expect([answer.status, answer.error.name]).toEqual([404, 'not_found']);
        expect(answer.error.message).toBe(`There is no ${method} ${path}; /docs lists the endpoints`);
      }
    }
  });

  it('is refused after ten wrong ones from an address, the right one too, until the time is over', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 10; count++)
      statuses.push((await door.call(LIST, { token: 'wrong' })).status);
    expect(new Set(statuses)).toEqual(new Set([401]));
    const refused = await door.call(LIST);
    expect([refused.status, refused.error.name, refused.headers['retry-after']]).toEqual([
      429,
      'rate_limited',
      '1',
    ]);
    nowMs += 1000;
    expect((await door.call(LIST)).status).toBe(200);
  });
});

describe('the list', () => {
  it('shows accounts without their secrets', async () => {
    const { id } = await add();
    const { body, text } = await door.call(LIST);
    expect(body.items).toEqual([
      expect.objectContaining({
        id,
        provider: 'ark',
        name: 'operator',
        state: 'ready',
        key_hint: '…abcd',
        host: new URL(replay.base).host,
        fields: { base_url: `${replay.base}/api/v3`, recovery: 'safety_identifier' },
      }),
    ]);
    expect(text).not.toContain(ARK_KEY);
  });

  it('D10: ignores parameters', async () => {
    expect((await door.call(`${LIST}?_=1764000000`)).status).toBe(200);
  });
});

describe('the test button', () => {
  it('calls the provider, and says what it found', async () => {
    const { id } = await add();
    await door.credentials.reportTrouble(id, { reason: 'bad_credentials', message: 'no' });
    const { body } = await door.call(`${LIST}/${id}/test`, { method: 'POST' });
    expect(body).toMatchObject({
      works: true,
      detail: 'the task list answers: 0 tasks in the last 7 days',
      reason: null,
      latency_ms: expect.any(Number),
      credential: { id, state: 'ready' },
    });
    expect(replay.received.at(-1)?.headers.authorization).toBe(`Bearer ${ARK_KEY}`);
  });

  it('says in words why an account does not work, without its key', async () => {
    const { id } = await add();
    replay.answer = answerWith(401, { error: { code: 'AuthenticationError', message: `bad ${ARK_KEY}` } });
    const answer = await door.call(`${LIST}/${id}/test`, { method: 'POST' });
    expect(answer.body).toMatchObject({
      works: false,
      reason: 'bad_credentials',
      credential: { state: 'cooling', cool_reason: 'bad_credentials', troubles: 1 },
    });
    expect(answer.text).not.toContain(ARK_KEY);
  });

  it('answers 404 for an unknown account', async () => {
    for (const id of ['x', newId()]) {
      const answer = await door.call(`${LIST}/${id}/test`, { method: 'POST' });
      expect([answer.status, answer.error.name]).toEqual([404, 'not_found']);
      expect(answer.error.message).toBe(`There is no credential ${id}`);
    }
  });
});

describe('an account', () => {
  const address = `${replay.base}/api/v3`;
  const fields = { api_key: ARK_KEY, base_url: address };
  const addOver = (body: JsonObject) => door.call(LIST, { method: 'POST', body });
  const change = (id: unknown, body: JsonObject) => door.call(`${LIST}/${id}`, { method: 'PATCH', body });
  const faultsOf = ({ status, error }: Awaited<ReturnType<typeof addOver>>) => [
    status,
    error.name,
    error.faults ?? error.message,
  ];

  it('is added, changed, given another key and retired, and no answer and no line of the log has a key', async () => {
    const added = await addOver({ provider: 'ark', name: 'main', fields });
    expect(added.body).toMatchObject({ provider: 'ark', name: 'main', state: 'ready', key_hint: '…abcd' });
    const { id } = added.body;
    const limits = { weight: 3, requests_per_minute: 60, open_tasks_max: 4 };
    const limited = await change(id, { ...limits, name: 'first', enabled: false });
    expect(limited.body).toEqual({
      ...added.body,
      ...limits,
      name: 'first',
      enabled: false,
      state: 'disabled',
    });
    const freed = await change(id, { requests_per_minute: null, enabled: true });
    expect(freed.body).toMatchObject({ ...limits, requests_per_minute: null, state: 'ready' });
    const rotated = await change(id, { fields: { api_key: OTHER_ARK_KEY } });
    expect(rotated.body).toEqual({ ...freed.body, key_hint: '…wxyz' });
    const shown = await door.call(`${LIST}/${id}`);
    expect(shown.body).toEqual(rotated.body);
    const tested = await door.call(`${LIST}/${id}/test`, { method: 'POST' });
    expect(tested.body.works).toBe(true);
    expect(replay.received.at(-1)?.headers.authorization).toBe(`Bearer ${OTHER_ARK_KEY}`);
    const retired = await door.call(`${LIST}/${id}`, { method: 'DELETE' });
    expect(retired.body).toEqual({ id, retired: true, deleted: true });
    const gone = await door.call(`${LIST}/${id}`);
    expect([gone.status, gone.error.name]).toEqual([404, 'not_found']);
    const all = [added, limited, freed, rotated, shown, tested, retired].map(({ text }) => text);
    for (const text of [...all, ...door.lines]) {
      expect(text).not.toContain(ARK_KEY);
      expect(text).not.toContain(OTHER_ARK_KEY);
    }
  });

  it.each([
    [
      { provider: 'arc', fields },
      [404, 'not_found', expect.stringMatching(/^There is no provider "arc"; known are /)],
    ],
    [
      { provider: 'ark', fields: { api_key: `${ARK_KEY}\n${ARK_KEY}`, token: ARK_KEY, base_url: 'x' } },
      [
        422,
        'validation_failed',
        [expect.stringMatching(/^ark has no field "token".*api_key must be.*base_url must be/)],
      ],
    ],
    [
      { fields: { api_key: 7 }, secret: ARK_KEY },
      [
        422,
        'validation_failed',
        [
          'provider: is required and must be of type string',
          'fields.api_key: must be of type string',
          'secret: is not known here',
        ],
      ],
    ],
    [
      { provider: 'ark', name: 'a/b', fields },
      [422, 'validation_failed', ['A name has 1 to 100 characters, no slash, and is not an id']],
    ],
  ])('is not added for %j, and the refusal has no key', async (body, refusal) => {
    const answer = await addOver(body);
    expect(faultsOf(answer)).toEqual(refusal);
    expect(`${answer.text}${door.lines.join()}`).not.toContain(ARK_KEY);
    expect((await door.call(LIST)).body.items).toEqual([]);
  });

  it('with the key or the name of another is a conflict that says which', async () => {
    const { body } = await addOver({ provider: 'ark', fields });
    const again = await addOver({ provider: 'ark', fields });
    expect(faultsOf(again)).toEqual([
      409,
      'conflict',
      `This key already exists, as ark/operator (${body.id})`,
    ]);
    const other = { ...fields, api_key: OTHER_ARK_KEY };
    const named = await addOver({ provider: 'ark', name: 'operator', fields: other });
    expect(faultsOf(named)).toEqual([
      409,
      'conflict',
      'There is a credential "operator" already; choose another name',
    ]);
    expect(`${again.text}${named.text}`).not.toMatch(/ark-secret/);
  });

  it('of the environment keeps its name and fields, and is not retired here', async () => {
    await door.credentials.importEnvironment({ ARK_API_KEY: ARK_KEY, ARK_BASE_URL: address });
    const [{ id }] = (await door.call(LIST)).body.items as JsonObject[];
    expect((await change(id, { weight: 2 })).body).toMatchObject({ source: 'environment', weight: 2 });
    for (const answer of [
      await change(id, { name: 'mine' }),
      await change(id, { fields: { api_key: OTHER_ARK_KEY } }),
      await door.call(`${LIST}/${id}`, { method: 'DELETE' }),
    ]) {
      expect([answer.status, answer.error.name]).toEqual([409, 'conflict']);
      expect(answer.error.message).toMatch(/^It comes from the environment/);
    }
  });

  it('keeps what it is when a change is wrong', async () => {
    const { body } = await addOver({ provider: 'ark', fields });
    expect(faultsOf(await change(body.id, { weight: 0, open_tasks_max: 'none', state: 'ready' }))).toEqual([
      422,
      'validation_failed',
      [
        'weight: must be a whole number from 1 to 9999999',
        'open_tasks_max: must be a whole number from 1 to 9999999',
        'state: is not known here',
      ],
    ]);
    expect(faultsOf(await change(body.id, {}))).toEqual([
      422,
      'validation_failed',
      ['body: names nothing to change'],
    ]);
    expect((await door.call(`${LIST}/${body.id}`)).body).toEqual(body);
  });
});

it('shows of each provider which fields an account has, and which are secrets', async () => {
  const { body } = await door.call('/api/v1/operator/providers');
  expect(body.items).toContainEqual({
    id: 'ark',
    title: expect.any(String),
    docs: expect.stringMatching(/^https:/),
    fields: expect.arrayContaining([
      expect.objectContaining({ name: 'api_key', is_secret: true, is_required: true, fallback: null }),
      expect.objectContaining({ name: 'base_url', is_secret: false, is_required: false }),
    ]),
  });
});

describe('the description', () => {
  const document = door.app.swagger() as unknown as {
    components: object;
    paths: Record<
      string,
      Record<string, { security: object[]; summary: string; responses: Record<string, Described> }>
    >;
  };
  interface Described {
    content: { 'application/json': { schema: object } };
  }

  it('has both routes with the token and their errors', () => {
    for (const operation of [document.paths[LIST].get, document.paths[`${LIST}/{id}/test`].post]) {
      expect(operation.security).toEqual([{ operatorToken: [] }, { session: [] }]);
      expect(operation.summary).toMatch(/^[A-Z]/);
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining(['200', '401', '404', '429', '500', '503']),
      );
    }
  });

  it('fits what the routes answer', async () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    const { id } = await add();
    const calls = [
      [document.paths[LIST].get, await door.call(LIST)],
      [document.paths[LIST].get, await door.call(LIST, { token: '' })],
      [document.paths[`${LIST}/{id}/test`].post, await door.call(`${LIST}/${id}/test`, { method: 'POST' })],
      [document.paths[`${LIST}/{id}/test`].post, await door.call(`${LIST}/x/test`, { method: 'POST' })],
    ] as const;
    for (const [operation, answer] of calls) {
      const { schema } = operation.responses[String(answer.status)].content['application/json'];
      const matches = ajv.compile({ ...schema, components: document.components });
      expect(matches(answer.body), `${JSON.stringify(matches.errors)} in ${answer.text}`).toBe(true);
    }
  });
});
