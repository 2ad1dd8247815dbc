// The audit log: that every act of an operator leaves its line, walked by the description that the server gives of
// itself, and how the lines are read.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { recordAct } from '../../audit/audit.ts';
import { newId } from '../../lib/ids.ts';
import type { JsonObject } from '../../lib/json.ts';
import { mediaHeads } from '../../lib/testing-media.ts';
import { createOperatorApi, makeTaskWithVideo, type OperatorAnswer } from './testing.ts';

const VIDEO = Buffer.concat([mediaHeads['video/mp4'][0], Buffer.alloc(1_000)]);
const SECRET = 'a-secret-of-an-account-at-a-provider';
const api = await createOperatorApi();
const { pool } = api.core;
const { body: document } = await api.call({ path: '/openapi.json' });
const PREFIX = '/api/v1/operator';
const changing = Object.entries(document.paths as Record<string, JsonObject>).flatMap(([path, methods]) =>
  path.startsWith(`${PREFIX}/`)
    ? Object.keys(methods)
        .filter((method) => method !== 'get')
        .map((method) => `${method.toUpperCase()} ${path.slice(PREFIX.length)}`)
    : [],
);

async function linesSince(id: string | undefined): Promise<JsonObject[]> {
  const { items } = await api.operate('GET', '/acts?limit=200');
  const at = items.findIndex((line) => line.id === id);
  return at === -1 ? items : items.slice(0, at);
}

async function newest(): Promise<string | undefined> {
  const { items } = await api.operate('GET', '/acts?limit=1');
  return items[0] && String(items[0].id);
}

async function createTask(): Promise<string> {
  const caller = await api.openAccount();
  const body = { model: 'reelay/draft-t2v', input: { prompt: 'x' }, callback_url: 'https://r.example.com/' };
  return String((await api.create(caller, body)).data.task_id);
}

async function createCallback(): Promise<string> {
  const id = await createTask();
  await api.endTask(id);
  const [row] = await api.core.callbacks.list({ taskId: id, limit: 1 });
  return row.id;
}

async function addCredential(): Promise<string> {
  const { id } = await api.core.credentials.add({
    provider: 'runway',
    fields: { api_key: SECRET + newId() },
  });
  return id;
}

type Operate = (
  method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<OperatorAnswer>;
const operate: Operate = (method, path, body) => api.operate(method, path, body as JsonObject);
const account = await api.core.accounts.create('walked');
/** The first line of a sheet of prices. */
const PRICES = 'model,unit,for,credits,from\n';
const template = {
  TemplateId: 'walked',
  Title: 'walked',
  ConsumeItems: [{ Resolution: '480p', Credit: 1 }],
};

function invite(email: string): Promise<OperatorAnswer> {
  return operate('POST', '/people/invite', { email, account: account.id, role: 'member' });
}

/** A person that followed a link. @returns their address. */
async function join(email: string): Promise<string> {
  const token = String((await invite(email)).body.link).split('#')[1];
  await api.core.members.accept(
    { token, password: `${SECRET}-of-a-person`, name: 'A person' },
    { address: '127.0.0.1', userAgent: undefined },
  );
  return email;
}

/** How each changing route is called so that it does something, and the name of its act. */
const calls: Record<string, [action: string, call: () => Promise<OperatorAnswer>]> = {
  'POST /accounts': ['account.create', () => operate('POST', '/accounts', { name: `a ${newId()}` })],
  'PATCH /accounts/{account}': [
    'account.change',
    () => operate('PATCH', `/accounts/${account.id}`, { open_tasks_max: 3 }),
  ],
  'POST /keys': ['key.create', () => operate('POST', '/keys', { account: account.id, mode: 'test' })],
  'PATCH /keys/{key}': [
    'key.change',
    async () => operate('PATCH', `/keys/${(await api.openKey(account.id)).row.id}`, { disabled: true }),
  ],
  'POST /keys/{key}/rotate': [
    'key.rotate',
    async () => operate('POST', `/keys/${(await api.openKey(account.id)).row.id}/rotate`, {}),
  ],
  'POST /accounts/{account}/credits': [
    'credits.grant',
    () => operate('POST', `/accounts/${account.id}/credits`, { kind: 'grant', credits: 5, reason: 'paid' }),
  ],
  'PATCH /accounts/{account}/notices': [
    'notice.change',
    () => operate('PATCH', `/accounts/${account.id}/notices`, { threshold: 5, mail_to: 'desk@example.com' }),
  ],
  'POST /tasks/{id}/settle': [
    'task.settle',
    async () => operate('POST', `/tasks/${await createTask()}/settle`, { as: 'failed', reason: 'x' }),
  ],
  'POST /tasks/{id}/cancel': [
    'task.cancel',
    async () => operate('POST', `/tasks/${await createTask()}/cancel`),
  ],
  'PUT /tasks/{id}/video': [
    'task.settle',
    async () =>
      api.operate('PUT', `/tasks/${await createTask()}/video`, VIDEO, { 'content-type': 'video/mp4' }),
  ],
  'PUT /tasks/{id}/example': [
    'example.choose',
    async () => operate('PUT', `/tasks/${await makeTaskWithVideo(api)}/example`),
  ],
  'DELETE /tasks/{id}/example': [
    'example.drop',
    async () => {
      const path = `/tasks/${await makeTaskWithVideo(api)}/example`;
      await operate('PUT', path);
      return operate('DELETE', path);
    },
  ],
  'POST /callbacks/{id}/replay': [
    'callback.replay',
    async () => operate('POST', `/callbacks/${await createCallback()}/replay`),
  ],
  'PATCH /models/{vendor}/{name}': [
    'model.change',
    () => operate('PATCH', '/models/reelay/draft-t2v', { open_tasks_max: 7 }),
  ],
  'PATCH /models/{name}': ['', async () => operate('PATCH', '/models/none', { enabled: false })],
  'POST /prices': [
    'price.set',
    () => operate('POST', '/prices', { sheet: `${PRICES}runway/gen4-turbo-i2v,second,720p,11,\n` }),
  ],
  'POST /prices/preview': [
    'route.preview_prices',
    () => operate('POST', '/prices/preview', { sheet: `${PRICES}runway/gen4-turbo-i2v,second,720p,12,\n` }),
  ],
  'PUT /maintenance': ['maintenance.set', () => operate('PUT', '/maintenance', { maintenance: false })],
  'POST /catalogues/{catalogue}/templates': [
    'templates.import',
    () => operate('POST', '/catalogues/kling/templates', [template]),
  ],
  'POST /catalogues/{catalogue}/preview': [
    'route.preview_import',
    () => operate('POST', '/catalogues/kling/preview', [template]),
  ],
  'PATCH /catalogues/{catalogue}/templates/{id}': [
    'template.change',
    async () => {
      await api.core.catalog.importTemplates('kling', [template]);
      return operate('PATCH', '/catalogues/kling/templates/walked', { enabled: false });
    },
  ],
  'DELETE /catalogues/{catalogue}/templates/{id}': [
    'template.remove',
    async () => {
      await api.core.catalog.importTemplates('kling', [{ ...template, TemplateId: 'removed' }]);
      await operate('PATCH', '/catalogues/kling/templates/removed', { enabled: false });
      return operate('DELETE', '/catalogues/kling/templates/removed');
    },
  ],
  'POST /credentials': [
    'credential.add',
    () => operate('POST', '/credentials', { provider: 'runway', fields: { api_key: SECRET } }),
  ],
  'PATCH /credentials/{id}': [
    'credential.change',
    async () =>
      operate('PATCH', `/credentials/${await addCredential()}`, { fields: { api_key: `${SECRET}-rotated` } }),
  ],
  'POST /credentials/{id}/test': [
    'credential.test',
    async () => {
      const { id } = await api.core.credentials.add({
        provider: 'comfyui',
        fields: { base_url: 'http://127.0.0.1:9' },
      });
      return operate('POST', `/credentials/${id}/test`);
    },
  ],
  'POST /credentials/{id}/end-cooling': [
    'credential.end_cooling',
    async () => operate('POST', `/credentials/${await addCredential()}/end-cooling`),
  ],
  'DELETE /credentials/{id}': [
    'credential.retire',
    async () => operate('DELETE', `/credentials/${await addCredential()}`),
  ],
  'POST /people/invite': ['invitation.create', async () => invite('invited@example.com')],
  'PATCH /people/{person}': [
    'person.change',
    async () => {
      const body = { account: account.id, role: 'reader' };
      return operate('PATCH', `/people/${await join('changed@example.com')}`, body);
    },
  ],
  'DELETE /people/{person}': [
    'person.remove',
    async () => operate('DELETE', `/people/${await join('removed@example.com')}`),
  ],
  'POST /people/{person}/password-link': [
    'password.offer',
    async () => operate('POST', `/people/${await join('forgetful@example.com')}/password-link`),
  ],
  'POST /audit': ['route.audit_ledger', () => operate('POST', '/audit')],
  'POST /doctor': ['route.examine_server', () => operate('POST', '/doctor')],
};

describe('every changing route', () => {
  it('is known here', () => {
    expect(Object.keys(calls).toSorted()).toEqual(changing.toSorted());
  });

  it.each(changing)('%s leaves its line, and no secret in it', async (route) => {
    const [action, call] = calls[route];
    const before = await newest();
    const answer = await call();
    const lines = (await linesSince(before)).filter((line) => (line.actor as JsonObject).kind === 'token');
    // A name without a vendor exists only where an operator adds such a model; refused, it leaves none.
    if (action === '') {
      expect([answer.status, lines]).toEqual([404, []]);
      return;
    }
    expect([answer.status, lines.map((line) => line.action)]).toEqual([
      200,
      expect.arrayContaining([action]),
    ]);
    const [line] = lines.filter((one) => one.action === action);
    expect(line).toMatchObject({
      actor: { kind: 'token', id: null, name: 'operator token' },
      address: '127.0.0.1',
      request_id: answer.headers['x-request-id'] ?? expect.any(String),
    });
    const [method, path] = route.split(' ');
    expect(line.origin).toBe(`${method} ${PREFIX}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
    expect(JSON.stringify(lines)).not.toMatch(/ak_(test|live)[0-9A-Za-z]{10}/);
  });
});

describe('a line', () => {
  it('says what was and what is, of what differs alone', async () => {
    await operate('PATCH', `/accounts/${account.id}`, { open_tasks_max: 4, disabled: false });
    await operate('PATCH', `/accounts/${account.id}`, { open_tasks_max: 9 });
    const { items } = await api.operate('GET', `/acts?account=${account.id}&action=account&limit=1`);
    expect(items[0]).toMatchObject({
      action: 'account.change',
      subject: account.id,
      before: { open_tasks_max: 4 },
      after: { open_tasks_max: 9 },
    });
  });

  it('is not left by what was refused', async () => {
    const before = await newest();
    const { status } = await operate('POST', `/accounts/${account.id}/credits`, {
      kind: 'adjust',
      credits: -1e6,
    });
    expect([status, await linesSince(before)]).toEqual([409, []]);
  });

  it('goes with its change: neither is there when the other cannot be written', async () => {
    await pool.query(`create function refuse_audit() returns trigger language plpgsql as $$
      begin raise exception 'no lines today'; end $$`);
    await pool.query('create trigger refused before insert on audit_lines execute function refuse_audit()');
    const refused = [
      await operate('POST', '/accounts', { name: 'never made' }),
      await operate('POST', `/accounts/${account.id}/credits`, { kind: 'grant', credits: 1 }),
      await operate('PUT', '/maintenance', { maintenance: true }),
      await operate('POST', '/audit'),
    ];
    await pool.query('drop trigger refused on audit_lines');
    expect(refused.map(({ status }) => status)).toEqual([500, 500, 500, 500]);
    expect((await api.operate('GET', '/accounts/never%20made')).status).toBe(404);
    expect((await api.operate('GET', '/maintenance')).body).toMatchObject({ maintenance: false });
  });

  it.each(['update audit_lines set action = $$a.b$$', 'delete from audit_lines', 'truncate audit_lines'])(
    'stays whatever is tried: %s',
    async (statement) => {
      await expect(pool.query(statement)).rejects.toThrow('audit_lines is append-only');
    },
  );
});

describe('the log', () => {
  it('comes in pages, newest first, and is narrowed by act, actor, subject and time', async () => {
    const all = await api.operate('GET', '/acts?limit=200');
    const first = await api.operate('GET', '/acts?limit=2');
    const second = await api.operate('GET', `/acts?limit=2&after=${first.body.next}`);
    expect([...first.items, ...second.items]).toEqual(all.items.slice(0, 4));
    const ids = async (query: string) =>
      (await api.operate('GET', `/acts?limit=200&${query}`)).items.map(({ id }) => id);
    const idsOf = (test: (line: JsonObject) => boolean) => all.items.filter(test).map(({ id }) => id);
    expect(await ids('action=key')).toEqual(idsOf((line) => String(line.action).startsWith('key.')));
    expect(await ids('action=key.change')).toEqual(idsOf((line) => line.action === 'key.change'));
    expect(await ids('actor=operator%20token')).toEqual(
      idsOf((line) => (line.actor as JsonObject).kind === 'token'),
    );
    expect(await ids(`subject=${account.id}`)).toEqual(idsOf((line) => line.subject === account.id));
    expect(await ids('to=1000')).toEqual([]);
    expect(await ids('from=9999999999')).toEqual([]);
  });

  it('is exported as JSON and as CSV, in which no text is a formula', async () => {
    const json = await api.operate('GET', '/acts/export?format=json&action=account.create');
    const listed = await api.operate('GET', '/acts?limit=200&action=account.create');
    expect(JSON.parse(json.text)).toEqual(listed.items);
    await recordAct(pool, { action: 'trial.run', subject: '=HYPERLINK("http://x")' });
    const csv = await api.operate('GET', '/acts/export?action=trial');
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.text.split('\r\n').map((line) => line.slice(line.indexOf(',')))).toEqual([
      ',actor_kind,actor,action,subject,account_id,before,after,origin,address,request_id',
      `,server,reelay,trial.run,"'=HYPERLINK(""http://x"")",,,,reelay,,`,
      '',
    ]);
  });

  it('has what commands did, under the name of who ran them', async () => {
    await api.runCommand('accounts', 'create', 'made by a command');
    const { items } = await api.operate('GET', '/acts?action=account.create&limit=1');
    expect(items[0]).toMatchObject({
      actor: { kind: 'command', name: expect.any(String) },
      origin: 'reelay accounts create',
      after: { name: 'made by a command' },
    });
  });

  it('is printed and exported by the commands as the routes answer it', async () => {
    const file = `${api.core.config.dataDir}/acts.csv`;
    const [list, , nodes] = await Promise.all([
      api.runCommand('acts', 'list', '--action', 'account', '--limit', '2'),
      api.runCommand('acts', 'export', file, '--action', 'account'),
      api.runCommand('nodes', 'list'),
    ]);
    expect(list).toEqual((await api.operate('GET', '/acts?action=account&limit=2')).body);
    expect(await readFile(file, 'utf8')).toBe((await api.operate('GET', '/acts/export?action=account')).text);
    expect(nodes).toEqual((await api.operate('GET', '/nodes')).body);
  });
});
