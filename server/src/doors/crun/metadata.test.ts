// Texts of the client's own with a task, from the create to the callback.
import { expect, it } from 'vitest';
import { type Caller, createTestApi, errorsOf, GOOD_BODY } from '../../http/testing.ts';
import { renderTask } from './task-object.ts';

const api = await createTestApi();
const JOBS = '/api/v1/client/job';
const METADATA = { project: 'spring', customer: '4711' };

async function createId(caller: Caller, metadata?: Record<string, string>): Promise<string> {
  const { data } = await api.create(caller, { ...GOOD_BODY, ...(metadata && { metadata }) });
  return String(data.task_id);
}

async function list(caller: Caller, query: string): Promise<string[]> {
  const { data } = await api.call({ path: `${JOBS}/Tasks?${query}`, key: caller.key });
  return (data.tasks as { task_id: string }[]).map(({ task_id: id }) => id);
}

it('comes back in the task, the list and the callback, and is not there where none was given', async () => {
  const caller = await api.openAccount();
  const id = await createId(caller, METADATA);
  const plain = await createId(caller);
  const info = async (taskId: string) =>
    (await api.call({ path: `${JOBS}/TaskInfo?task_id=${taskId}`, key: caller.key })).text;
  expect(await info(id)).toContain('"source":"api","metadata":{"project":"spring","customer":"4711"}');
  expect(await info(plain)).not.toContain('metadata');
  await api.endTask(id);
  const callback = renderTask(await api.readTask(id), api.core.tasks.linkTo);
  expect(JSON.parse(callback)).toMatchObject({ status: 'success', metadata: METADATA });
  const { data } = await api.call({ path: `${JOBS}/Tasks`, key: caller.key });
  expect(data.tasks).toMatchObject([{ task_id: plain }, { task_id: id, metadata: METADATA }]);
});

it('filters the list by each name and text, within the account and the book', async () => {
  const caller = await api.openAccount();
  const other = await api.openAccount();
  const live = await api.openKey(caller.accountId, { mode: 'live' });
  const first = await createId(caller, { ...METADATA, note: 'naïve & "quoted"' });
  const second = await createId(caller, { project: 'spring', customer: '4712' });
  await createId(caller);
  await createId(other, METADATA);
  expect(await list(caller, 'metadata.project=spring')).toEqual([second, first]);
  expect(await list(caller, 'metadata.project=spring&metadata.customer=4711')).toEqual([first]);
  expect(await list(caller, `metadata.note=${encodeURIComponent('naïve & "quoted"')}`)).toEqual([first]);
  expect(await list(caller, 'metadata.project=summer')).toEqual([]);
  expect(await list(caller, 'metadata.spring=project')).toEqual([]);
  expect(await list(live, 'metadata.project=spring')).toEqual([]);
  const wrong = await api.call({
    path: `${JOBS}/Tasks?metadata.a=${'x'.repeat(501)}&metadata.b=1&metadata.b=2`,
    key: caller.key,
  });
  expect(errorsOf(wrong)).toEqual([
    'metadata.a: must have at most 500 characters',
    'metadata.b: must be of type string',
  ]);
});

it('finds tasks by an index, whose entries belong to one account', async () => {
  const { pool } = api.core;
  const caller = await api.openAccount();
  const owner = [caller.accountId, 'test', '{"project":"rare"}'];
  await pool.query(
    `insert into tasks (id, account_id, key_id, book, model, input, deadline_at, price, metadata)
     select gen_random_uuid(), case when n % 2 = 0 then $1::uuid else gen_random_uuid() end, $1, $2, 'm', '{}', now(), 0,
       json_build_object('project', case when n < 4 then 'rare' else 'p' || n end)
     from generate_series(1, 20000) n`,
    owner.slice(0, 2),
  );
  await pool.query('analyze tasks');
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, timing off) select t.id from tasks t
     where t.account_id = $1 and t.book = $2 and t.metadata is not null
       and metadata_terms(t.account_id, t.book, t.metadata) @> metadata_terms($1, $2, $3)
       and t.metadata::jsonb @> $3::jsonb order by t.id desc limit 21`,
    owner,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Bitmap Index Scan on tasks_metadata .*rows=1[. ]/);
  expect(await list(caller, 'metadata.project=rare')).toHaveLength(1);
  // They have no holds, which the audit at the end of this file would report.
  await pool.query(`delete from tasks where model = 'm'`);
});

it('belongs to the request that an idempotency key stands for', async () => {
  const caller = await api.openAccount();
  const headers = { 'idempotency-key': 'one' };
  const body = { ...GOOD_BODY, metadata: METADATA };
  const first = await api.create(caller, body, headers);
  expect((await api.create(caller, body, headers)).data).toEqual(first.data);
  const other = await api.create(caller, { ...GOOD_BODY, metadata: { project: 'autumn' } }, headers);
  expect(other.body.error).toBe('idempotency_conflict');
});

it('is refused with a sentence for each fault, before anything is held', async () => {
  const caller = await api.openAccount();
  const refused = await api.create(caller, { ...GOOD_BODY, metadata: { a: 1, b: 'x\ny' } });
  expect([refused.status, errorsOf(refused)]).toEqual([
    422,
    ['metadata.a: must be of type string', 'metadata.b: must have no control characters'],
  ]);
  expect((await api.create(caller, { ...GOOD_BODY, metadata: null })).status).toBe(200);
});
