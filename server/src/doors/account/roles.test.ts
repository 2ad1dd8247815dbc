// Every route of the OpenAPI document, so that a new one is covered without a line: which roles it takes, and that ids of
// another account lead nowhere.
import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../accounts/roles.ts';
import { type Answer, type Call, CREATE_PATH, GOOD_BODY } from '../../http/testing.ts';
import { newId } from '../../lib/ids.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { createPeopleApi, type Member } from './testing.ts';

interface Rule {
  type?: string;
  format?: string;
  enum?: Json[];
  minimum?: number;
  properties?: Record<string, Rule>;
  required?: string[];
  items?: Rule;
}

interface Operation {
  security: Record<string, string[]>[];
  'x-role'?: Role;
  'x-role-of-people'?: Role;
  parameters?: { in: string; name: string; schema: Rule }[];
  requestBody?: { content: { 'application/json'?: { schema: Rule } } };
  responses: Record<string, { content?: Record<string, unknown> }>;
}

interface Route {
  name: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  operation: Operation;
}

const api = await createPeopleApi({ REELAY_TRUST_PROXY: '127.0.0.1' });
const { paths } = api.app.swagger() as unknown as { paths: Record<string, Record<string, Operation>> };
const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): Route => {
    const verb = method.toUpperCase() as Route['method'];
    return { name: `${verb} ${path}`, method: verb, path, operation };
  }),
);
/** The least role that a key, or a person in an account, needs for it. */
function leastOf({ operation }: Route): { key: Role; person: Role } {
  const key = operation['x-role'] ?? 'owner';
  return { key, person: operation['x-role-of-people'] ?? key };
}

const ofAccounts = routes.filter(({ operation }) => operation['x-role'] !== undefined);

/** A request that the route may take, as far as its schemas say. */
function callOf(route: Route, { id, body }: { id: string; body?: JsonObject }): Call {
  const path = route.path.replaceAll(/\{\w+\}/g, id);
  return { method: route.method, path, body: route.method === 'GET' ? undefined : (body ?? bodyOf(route)) };
}

function bodyOf({ operation }: Route): JsonObject | undefined {
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (!schema) return undefined;
  const names = schema.required ?? [];
  return Object.fromEntries(names.map((name) => [name, sampleOf(schema.properties?.[name] ?? {})]));
}

function sampleOf({ enum: choices, type, minimum = 0, items = {} }: Rule): Json {
  if (choices) return choices[0];
  if (type === 'integer' || type === 'number') return minimum;
  if (type === 'array') return [sampleOf(items)];
  return type === 'boolean' ? false : 'sample';
}

function isStream({ operation }: Route): boolean {
  return Object.keys(operation.responses['200']?.content ?? {}).includes('text/event-stream');
}

function nameOf({ body }: Answer): unknown {
  const { error } = body as { error?: string | { name?: string; code?: string } };
  return typeof error === 'object' ? (error?.name ?? error?.code) : error;
}

describe('a role', async () => {
  const { accountId } = await api.openAccount();
  const members = Object.fromEntries(
    await Promise.all(ROLES.map(async (role) => [role, await api.signIn({ [accountId]: role })])),
  ) as Record<Role, Member>;
  const keys = Object.fromEntries(
    await Promise.all(
      ROLES.map(async (role) => {
        const made = await api.core.accounts.createKey({
          account: accountId,
          mode: 'test',
          name: role,
          role,
        });
        return [role, made.key];
      }),
    ),
  ) as Record<Role, string>;

  it('is said by every route that a key or a person may call', () => {
    expect(ofAccounts.length).toBeGreaterThan(40);
    const others = routes.filter(({ operation }) => operation['x-role'] === undefined);
    expect(others.filter(({ operation }) => operation.security.some(({ apiKey }) => apiKey))).toEqual([]);
  });

  it.each(ofAccounts)(
    'that is less than $name needs gets 403, and one that does is let in',
    async (route) => {
      const least = leastOf(route);
      for (const role of ROLES) {
        const call = () => callOf(route, { id: newId() });
        const callers = {
          key: () => api.call({ ...call(), key: keys[role] }),
          person: () => members[role].call(call()),
        };
        for (const kind of ['key', 'person'] as const) {
          const isRefused = ROLES.indexOf(role) < ROLES.indexOf(least[kind]);
          // A key of enough role may still be refused by a rule of the route, such as that a test key makes no live one.
          const isOpen = kind === 'key' && least.key === least.person;
          if (!isRefused && (isStream(route) || isOpen)) continue;
          const answer = await callers[kind]();
          const isSaid = answer.status === 403 && nameOf(answer) === 'not_permitted';
          expect([kind, role, isSaid]).toEqual([kind, role, isRefused]);
        }
      }
    },
  );

  it('that a person needs is more than that of a key for the secret of callbacks alone, at the Crun door', () => {
    const others = ofAccounts.filter(({ operation }) => operation['x-role-of-people'] !== undefined);
    expect(others.map((route) => [route.name, leastOf(route)])).toEqual([
      ['GET /api/v1/client/account/callback-secret', { key: 'member', person: 'owner' }],
      ['POST /api/v1/client/account/callback-secret/rotate', { key: 'member', person: 'owner' }],
    ]);
  });

  it.each(routes.filter(({ operation }) => operation.security.length > 0))(
    'is nothing that $name takes from anybody who is not known',
    async (route) => {
      const { status } = await api.call(callOf(route, { id: newId() }));
      expect(status).toBe(route.path.startsWith('/api/v1/operator/') ? 404 : 401);
    },
  );
});

const MARK = 'onlytheirs';

/** One of each thing that an account can have, under names with a mark. */
async function furnish(owner: Member) {
  const ask = async (path: string, body: JsonObject) =>
    (await owner.call({ method: 'POST', path: `/api/v1/account${path}`, body })).body;
  const created = await owner.call({
    method: 'POST',
    path: CREATE_PATH,
    body: { ...GOOD_BODY, input: { prompt: MARK }, callback_url: 'https://example.com/hook' },
  });
  const taskId = String(created.data.task_id);
  await api.endTask(taskId);
  const { rows } = await api.core.pool.query('select id from callbacks where task_id = $1', [taskId]);
  const key = await ask('/keys', { mode: 'test', name: MARK });
  const inbox = await ask('/inboxes', {});
  const asset = await owner.call({
    method: 'POST',
    path: '/api/v1/client/job/asset-upload',
    body: { name: MARK, asset_type: 'image', asset_url: 'https://example.com/cat.png' },
  });
  const invitation = await ask('/invitations', { email: `${MARK}@example.com`, role: 'reader' });
  return {
    task: taskId,
    callback: String(rows[0].id),
    key: String(key.id),
    inbox: String(inbox.id),
    asset: String(asset.data.AssetId),
    invitation: String(invitation.id),
    person: owner.id,
  };
}

describe('an id of another account', async () => {
  const [one, two] = [await api.openAccount(), await api.openAccount()];
  const theirs = await api.signIn({ [one.accountId]: 'owner' });
  const other = await api.signIn({ [two.accountId]: 'owner' });
  const ids = await furnish(theirs);
  const lists = ofAccounts.filter((route) => {
    return (
      route.method === 'GET' && !/[{]|caller|Models|emplates|upload/.test(route.path) && !isStream(route)
    );
  });
  /** What the owner sees, but for signatures of links and the time of the call. */
  const look = async () => {
    const seen: Answer[] = [];
    // One after the other: reports of an account take turns, and on a busy machine not all of many at once were answered.
    for (const { path } of lists) seen.push(await theirs.call({ path }));
    return seen.flatMap(({ status, text }) =>
      status === 200 ? [text.replaceAll(/\?[^"]*|"(?:from|to)":\d+/g, '')] : [],
    );
  };
  const before = await look();

  it('exists for each of what an account has', () => {
    expect(Object.values(ids).filter((id) => !/^[0-9a-f-]{36}$/.test(id))).toEqual([]);
  });

  it.each(ofAccounts.filter(({ path }) => path.includes('{')))('is not found by $name', async (route) => {
    for (const [noun, id] of Object.entries(ids)) {
      const answer = await other.call(callOf(route, { id }));
      expect([noun, answer.status, nameOf(answer)]).toEqual([noun, 404, expect.stringMatching(/not_found$/)]);
    }
  });

  it.each(ofAccounts.filter((route) => !isStream(route) || namesOf(route).length > 0))(
    'shows nothing in a query or body of $name',
    async (route) => {
      for (const name of namesOf(route)) {
        for (const id of Object.values(ids)) {
          const inBody = { [name]: name === 'ids' ? [id] : id };
          const call = callOf(route, { id: newId(), body: { ...bodyOf(route), ...inBody } });
          const path = route.method === 'GET' ? `${call.path}?${name}=${id}` : call.path;
          const answer = await other.call({ ...call, path });
          expect([name, answer.text]).toEqual([name, expect.not.stringContaining(MARK)]);
        }
      }
    },
  );

  it('leaves everything of that account as it was', async () => {
    expect(before.join()).toContain(MARK);
    expect(await look()).toEqual(before);
  });
});

/** Names of the fields of a request that can hold an id. */
function namesOf({ operation }: Route): string[] {
  const body = operation.requestBody?.content['application/json']?.schema.properties ?? {};
  const fields = [
    ...(operation.parameters ?? []).flatMap((field) => (field.in === 'query' ? [field.name] : [])),
    ...Object.keys(body),
  ];
  return fields.filter((name) =>
    /(?:^|_)(?:ids?|task|key|person|account|after|cursor|q)$|[a-z]Id$/.test(name),
  );
}
