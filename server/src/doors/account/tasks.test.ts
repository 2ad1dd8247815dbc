// Tasks as members of an account look through them over HTTP.
import { describe, expect, it } from 'vitest';
import { type Caller, createTestApi, GOOD_BODY } from '../../http/testing.ts';
import { newId } from '../../lib/ids.ts';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';

const api = await createTestApi();
const { pool } = api.core;

function ask(caller: Caller, path: string, method: 'GET' | 'POST' = 'GET', body?: Json) {
  return api.call({ method, path: `/api/v1/account${path}`, key: caller.key, body });
}

async function createId(caller: Caller, prompt: string, more: JsonObject = {}): Promise<string> {
  const body = { ...GOOD_BODY, input: { prompt }, ...more };
  return String((await api.create(caller, body)).data.task_id);
}

async function search(caller: Caller, query = ''): Promise<string[]> {
  const { body } = await ask(caller, `/tasks?${query}`);
  return Array.isArray(body.items) ? body.items.filter(isObject).map(({ id }) => String(id)) : [];
}

describe('the search', () => {
  it('finds by words of the prompt, the beginning of an id, key, state, model, day and metadata', async () => {
    const firstDay = new Date().toISOString().slice(0, 10);
    const caller = await api.openAccount();
    const second = await api.openKey(caller.accountId);
    const lake = await createId(caller, 'A Lake at sunset, 100% calm', { metadata: { project: 'spring' } });
    const city = await createId(second, 'a city at night');
    await api.endTask(lake);
    expect(await search(caller)).toEqual([city, lake]);
    expect(await search(caller, 'q=SUNSET%20lake')).toEqual([lake]);
    expect(await search(caller, 'q=100%25')).toEqual([lake]);
    expect(await search(caller, 'q=1__%25')).toEqual([]);
    expect(await search(caller, `q=${city}`)).toEqual([city]);
    // Eight digits stand for a minute: the other task may be of the minute before.
    expect(await search(caller, `q=${city.slice(0, 8)}`)).toContain(city);
    expect(await search(caller, `key=${second.row.id}`)).toEqual([city]);
    expect(await search(caller, 'status=open')).toEqual([city]);
    expect(await search(caller, 'status=succeeded&model=reelay/draft-t2v')).toEqual([lake]);
    expect(await search(caller, 'metadata.project=spring')).toEqual([lake]);
    expect(await search(caller, `ids=${lake}`)).toEqual([lake]);
    const today = new Date().toISOString().slice(0, 10);
    expect(await search(caller, `from=${firstDay}&to=${today}`)).toEqual([city, lake]);
    expect(await search(caller, 'to=2020-01-01T00:00:00Z')).toEqual([]);
    const refused = await ask(caller, '/tasks?from=yesterday&ids=1');
    expect(refused.status).toBe(422);
  });

  it('goes on page by page, and never shows what is of another account or book', async () => {
    const caller = await api.openAccount();
    const other = await api.openAccount();
    const live = await api.openKey(caller.accountId, { mode: 'live' });
    const ids: string[] = [];
    for (const prompt of ['one', 'two', 'three']) ids.unshift(await createId(caller, prompt));
    const first = await ask(caller, '/tasks?limit=2');
    expect(first.body.next).toBe(ids[1]);
    expect(await search(caller, `limit=2&after=${ids[1]}`)).toEqual([ids[2]]);
    for (const foreign of [other, live]) {
      expect(await search(foreign)).toEqual([]);
      expect(await search(foreign, `q=${ids[0]}`)).toEqual([]);
      expect(await search(foreign, `ids=${ids[0]}`)).toEqual([]);
      expect((await ask(foreign, `/tasks/${ids[0]}`)).status).toBe(404);
    }
  });

  it('looks at 5,000 prompts for a page, says where it stopped, and goes on from there', async () => {
    const { accountId, key } = await api.openAccount();
    const caller = { accountId, key } as Caller;
    await pool.query(
      `insert into tasks (id, account_id, key_id, book, model, input, deadline_at, price)
       select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, $1, 'test', 'many',
         json_build_object('prompt', case n when 1 then 'a needle' else 'hay' end), now(), 0
       from generate_series(1, 5100) n`,
      [accountId],
    );
    const first = await ask(caller, '/tasks?q=needle');
    expect(first.body).toEqual({ items: [], next: '00000000-0000-7000-8000-000000000065' });
    const second = await ask(caller, `/tasks?q=needle&after=${first.body.next}`);
    expect(second.body).toMatchObject({ items: [{ prompt: 'a needle' }], next: null });
    // They have no holds, which the audit at the end of this file would report.
    await pool.query(`delete from tasks where model = 'many'`);
  });
});

describe('a task', () => {
  it('has its money, key, metadata, input, tries and events', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller, 'a <b>city</b>', { metadata: { customer: '4711' } });
    const open = await ask(caller, `/tasks/${id}`);
    expect(open.body).toMatchObject({
      id,
      state: 'pending',
      error: null,
      key: { id: caller.row.id, name: caller.row.name },
      source: 'api',
      metadata: { customer: '4711' },
      charged: null,
      outputs: [],
      input: { prompt: 'a <b>city</b>' },
      attempts: [],
      events: [],
    });
    await pool.query(
      `insert into attempts (task_id, epoch, provider, state, reason, detail, ended_at)
       values ($1, 1, 'draft', 'rejected', 'bad_credentials', 'the key of the operator is wrong', now())`,
      [id],
    );
    await api.endTask(id);
    const { body } = await ask(caller, `/tasks/${id}`);
    expect(body).toMatchObject({
      state: 'succeeded',
      held: 0,
      attempts: [
        {
          attempt: 1,
          provider: 'draft',
          state: 'rejected',
          words: 'No provider account can take this task now; nothing was charged',
          charged: 0,
        },
      ],
      events: [{ name: 'task.succeeded' }],
    });
    expect(JSON.stringify(body)).not.toContain('operator');
  });

  it('names its pictures, with a thumbnail of those that this server keeps and of no other', async () => {
    const caller = await api.openAccount();
    const own = `${api.url}/files/uploads/picture.png?signature=x`;
    const body = {
      model: 'vidu/q1-r2v',
      input: { prompt: 'a dancer', img_urls: [own, 'https://example.com/a.jpg'], duration: 5 },
    };
    const made = await api.create(caller, body);
    const { body: shown } = await ask(caller, `/tasks/${made.data.task_id}`);
    expect(shown.pictures).toEqual([
      { url: own, is_own: true, thumbnail_url: null },
      { url: 'https://example.com/a.jpg', is_own: false, thumbnail_url: null },
    ]);
  });
});

it('cancels many, and says of each how it went', async () => {
  const caller = await api.openAccount();
  const waiting = await createId(caller, 'one');
  const ended = await createId(caller, 'two');
  await api.endTask(ended);
  const foreign = await createId(await api.openAccount(), 'three');
  const ids = [waiting, ended, foreign];
  const { body } = await ask(caller, '/tasks/cancel', 'POST', { ids });
  expect(body.items).toEqual([
    { id: waiting, outcome: 'ended' },
    { id: ended, outcome: 'not_cancellable' },
    { id: foreign, outcome: 'not_found' },
  ]);
  expect((await ask(caller, `/tasks/${waiting}`)).body).toMatchObject({ state: 'cancelled', charged: 0 });
  expect((await ask(caller, '/tasks/cancel', 'POST', { ids: [] })).status).toBe(422);
  const made = await api.core.accounts.createKey({
    account: caller.accountId,
    mode: 'test',
    name: newId(),
    role: 'reader',
  });
  const reader = { ...caller, key: made.key };
  expect((await ask(reader, '/tasks')).status).toBe(200);
});
