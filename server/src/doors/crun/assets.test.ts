// Assets of the Crun API: an address under an id, for its account alone.
import { expect, it } from 'vitest';
import { type Caller, createTestApi, errorsOf } from '../../http/testing.ts';
import type { JsonObject } from '../../lib/json.ts';

const api = await createTestApi();
const JOBS = '/api/v1/client/job';
const PICTURE = 'https://pictures.example/a.png';
const NOBODYS = '00000000-0000-4000-8000-000000000000';

function post(caller: Caller, call: string, body: JsonObject) {
  return api.call({ method: 'POST', path: `${JOBS}/${call}`, key: caller.key, body });
}

function read(caller: Caller, call: string) {
  return api.call({ path: `${JOBS}/${call}`, key: caller.key });
}

async function upload(caller: Caller, url = PICTURE): Promise<string> {
  const { data } = await post(caller, 'asset-upload', { name: 'a cat', asset_type: 'image', asset_url: url });
  return String(data.AssetId);
}

it('is kept, listed, and forgotten on demand', async () => {
  const caller = await api.openAccount();
  const first = await upload(caller);
  const second = await upload(caller);
  const { data } = await read(caller, `asset-info?asset_id=${first}`);
  expect(data).toMatchObject({ AssetId: first, Name: 'a cat', AssetType: 'Image', Status: 'Active' });
  const { data: page } = await read(caller, 'asset-list?page_size=1');
  expect(page).toMatchObject({ total: 2, assets: [{ AssetId: second }] });
  expect((await post(caller, 'asset-delete', { asset_id: first })).data).toEqual({ AssetId: first });
  expect((await read(caller, `asset-info?asset_id=${first}`)).status).toBe(404);
  expect((await post(caller, 'asset-delete', { asset_id: first })).status).toBe(404);
});

it('stands for its address in an input, and the task shows what the client sent', async () => {
  const caller = await api.openAccount();
  const asset = `asset://${await upload(caller)}`;
  const input = { prompt: 'x', reference_images: [asset, PICTURE] };
  const { data } = await api.create(caller, { model: 'bytedance/seedance2-0-r2v', input });
  const owner = { accountId: caller.accountId, mode: caller.row.mode };
  const task = await api.core.tasks.read(owner, String(data.task_id));
  expect(JSON.parse(task.input)).toEqual({ prompt: 'x', reference_images: [PICTURE, PICTURE] });
  expect((await read(caller, `TaskInfo?task_id=${data.task_id}`)).data.param).toMatchObject({ input });
  const path = `/api/v1/account/tasks/${data.task_id}`;
  const { pictures } = (await api.call({ path, key: caller.key })).body;
  expect(pictures).toMatchObject([{ url: PICTURE }]);
});

it('is unknown to other accounts, by id and in an input', async () => {
  const asset = await upload(await api.openAccount());
  const other = await api.openAccount();
  expect((await read(other, `asset-info?asset_id=${asset}`)).status).toBe(404);
  expect((await post(other, 'asset-delete', { asset_id: asset })).status).toBe(404);
  expect((await read(other, 'asset-list')).data).toEqual({ total: 0, assets: [] });
  for (const id of [asset, NOBODYS, 'none']) {
    const refused = await api.create(other, {
      model: 'vidu/q1-r2v',
      input: { prompt: 'x', img_urls: [PICTURE, `asset://${id}`] },
    });
    expect([refused.status, errorsOf(refused)]).toEqual([
      422,
      [`input.img_urls[1]: there is no asset ${id}`],
    ]);
  }
});

it('is refused with everything that is wrong, and above 1,000 of an account', async () => {
  const caller = await api.openAccount();
  const wrong = await post(caller, 'asset-upload', {
    name: 'x',
    asset_type: 'text',
    asset_url: 'ftp://e.com',
  });
  expect(errorsOf(wrong)).toEqual([
    'asset_type: must be one of Image, Video, Audio',
    'asset_url: must be an http or https address without user information',
  ]);
  await api.core.pool.query(
    `insert into assets (id, account_id, name, kind, url)
     select gen_random_uuid(), $1, 'x', 'image', $2 from generate_series(1, 999)`,
    [caller.accountId, PICTURE],
  );
  const both = await Promise.all(
    ['a', 'b'].map((name) => post(caller, 'asset-upload', { name, asset_type: 'VIDEO', asset_url: PICTURE })),
  );
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 422]);
});
