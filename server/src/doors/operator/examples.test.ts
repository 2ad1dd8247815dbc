// Examples of models: what an operator chooses over HTTP, what every account then sees, and that the commands print the same.
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../http/testing.ts';
import { createOperatorApi, makeTaskWithVideo } from './testing.ts';

const api = await createOperatorApi();
const { core } = api;
const MODEL = 'reelay/draft-t2v';

async function seenBy(caller: Caller, model = MODEL) {
  const { body } = await api.call({ path: `/api/v1/account/examples?model=${model}`, key: caller.key });
  return body.items as { id: string; url: string; prompt: string | null }[];
}

async function keptUntil(taskId: string): Promise<Date> {
  const { rows } = await core.pool.query('select expires_at from files where task_id = $1', [taskId]);
  return rows[0].expires_at;
}

describe('an example', () => {
  it('is seen by every account, with a link that works, and with nothing of the account that made it', async () => {
    const [maker, other] = [await api.openAccount(), await api.openAccount()];
    const taskId = await makeTaskWithVideo(api, maker);
    expect(await seenBy(other)).toEqual([]);
    const chosen = await api.operate('PUT', `/tasks/${taskId}/example`);
    expect(chosen.body).toMatchObject({ task_id: taskId, model: MODEL, book: 'test', kind: 'video' });
    const [seen] = await seenBy(other);
    expect(seen).toMatchObject({ id: chosen.body.id, is_draft: true });
    expect(JSON.stringify(seen)).not.toContain(maker.accountId);
    const { pathname, search } = new URL(seen.url);
    expect((await api.call({ path: `${pathname}${search}` })).status).toBe(200);
    expect(await seenBy(other, 'vidu/q1-r2v')).toEqual([]);
  });

  it('goes with its task when the client removes it', async () => {
    const maker = await api.openAccount();
    const taskId = await makeTaskWithVideo(api, maker);
    await api.operate('PUT', `/tasks/${taskId}/example`);
    await core.tasks.remove({ accountId: maker.accountId, mode: 'test' }, taskId);
    const { items } = await api.operate('GET', '/examples?limit=200');
    expect(items.map(({ task_id: id }) => id)).not.toContain(taskId);
  });

  it('keeps its file until it is taken back, and each act has a line in the audit log', async () => {
    const taskId = await makeTaskWithVideo(api);
    const before = await keptUntil(taskId);
    const choose = () => api.operate('PUT', `/tasks/${taskId}/example`);
    const [first, again] = [await choose(), await choose()];
    expect(again.body).toEqual(first.body);
    expect((await keptUntil(taskId)).getFullYear()).toBeGreaterThan(before.getFullYear() + 50);
    expect((await api.operate('DELETE', `/tasks/${taskId}/example`)).status).toBe(200);
    expect(await keptUntil(taskId)).toEqual(before);
    const { refusal } = await api.operate('DELETE', `/tasks/${taskId}/example`);
    expect(refusal).toEqual([404, 'not_found', expect.stringMatching(/is no example/)]);
    const { items } = await api.operate('GET', `/acts?action=example&subject=${taskId}`);
    expect(items.map(({ action }) => action)).toEqual(['example.drop', 'example.choose']);
  });

  it('is none of a task without a result, nor of one whose file is about to go', async () => {
    const open = String((await api.create(await api.openAccount())).data.task_id);
    const refusal = async (id: string) => (await api.operate('PUT', `/tasks/${id}/example`)).refusal;
    expect(await refusal(open)).toEqual([409, 'conflict', expect.stringMatching(/has no result/)]);
    expect(await refusal('none')).toEqual([404, 'not_found', 'There is no task "none"']);
    const going = await makeTaskWithVideo(api);
    await core.pool.query(`update files set expires_at = now() + interval '1 minute' where task_id = $1`, [
      going,
    ]);
    expect(await refusal(going)).toEqual([409, 'conflict', expect.stringMatching(/no longer kept/)]);
  });

  it('is one of twelve at most', async () => {
    const caller = await api.openAccount();
    const { items } = await api.operate('GET', '/examples');
    for (const { task_id: id } of items) await api.operate('DELETE', `/tasks/${id}/example`);
    const ids: string[] = [];
    for (let count = 0; count < 13; count++) ids.push(await makeTaskWithVideo(api, caller));
    const answers = await Promise.all(ids.map((id) => api.operate('PUT', `/tasks/${id}/example`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array.from({ length: 12 }, () => 200),
      409,
    ]);
    expect(await seenBy(caller)).toHaveLength(12);
  });
});

it('the commands print what the routes answer', async () => {
  const page = await api.operate('GET', `/examples?model=${MODEL}&limit=2`);
  expect(await api.runCommand('examples', 'list', '--model', MODEL, '--limit', '2')).toEqual(page.body);
});
