// The list of templates over all catalogues, as a gallery reads it.
import { expect, it } from 'vitest';
import { createTestApi } from '../../http/testing.ts';
import { isObject, type JsonObject } from '../../lib/json.ts';

const api = await createTestApi();
const caller = await api.openAccount();
const FOREIGN = 'https://media.example.com/cover.jpg';

await api.core.catalog.importTemplates('kling', [
  {
    TemplateId: 'k1',
    Title_en: 'Paper <b>crane</b>',
    Tags_en: ['Craft', 'Portrait'],
    InputNum: 2,
    Cover: FOREIGN,
    PreviewVideo: 'https://media.example.com/preview.mp4',
    SupportAspectRatio: '1:1',
    ReleaseOnlineTime: 1_900_000_000,
    ConsumeItems: [{ Resolution: '720p', Credit: 1.25 }],
  },
]);
await api.core.catalog.importTemplates('vidu', [{ template: 'hugging', name: 'Hugging', credits: 20 }]);

async function list(query = '') {
  const { data, status, text } = await api.call({
    path: `/api/v1/client/job/Templates?${query}`,
    key: caller.key,
  });
  const templates = Array.isArray(data.templates) ? data.templates.filter(isObject) : [];
  return { data, status, text, templates, ids: templates.map(({ template_id: id }) => id) };
}

it('has the templates of all vendors in one form, and no address of another host', async () => {
  const { data, templates, text } = await list('limit=300');
  expect(data.total).toBe(templates.length);
  expect(text).not.toContain('example.com');
  const byId = new Map(templates.map((entry): [unknown, JsonObject] => [entry.template_id, entry]));
  expect(byId.get('k1')).toMatchObject({
    vendor: 'kling',
    input_field: 'template_id',
    title: 'Paper <b>crane</b>',
    images_min: 2,
    images_max: 2,
    prices: [{ resolution: '720p', credits: 1.25 }],
    cover_url: null,
    preview_url: null,
    model: 'kling/template',
    live_fault: null,
  });
  expect(byId.get('hugging')).toMatchObject({
    input_field: 'template',
    model: 'vidu/template',
    prices: [{ resolution: null, credits: 20 }],
    live_fault: null,
  });
  expect(byId.get('104909826')).toMatchObject({
    model: 'reelay/effects',
    is_drawn_here: true,
    live_fault: null,
    prices: [{ resolution: null, credits: 0 }],
  });
});

it('shows covers and previews of our own at addresses of this server, each cover 40 kB at most', async () => {
  const all = (await list('limit=300')).templates;
  const vendors = new Set(all.map(({ vendor }) => vendor));
  expect([...vendors].sort()).toEqual(['bytedance', 'kling', 'vidu']);
  const templates = all.filter(({ template_id: id }) => id !== 'k1' && id !== 'hugging');
  expect(templates.length).toBeGreaterThan(30);
  for (const { cover_url: cover, preview_url: preview } of templates) {
    const picture = await api.call({ path: new URL(String(cover)).pathname });
    expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(Number(picture.headers['content-length'])).toBeLessThanOrEqual(40_000);
    expect(String(preview)).toMatch(/\/templates\/media\/[\w-]+\.mp4$/);
  }
});

it('is narrowed by words, tag, vendor, pictures and ratio, all at once', async () => {
  expect((await list('q=CRANE+paper')).ids).toEqual(['k1']);
  expect((await list('q=nothing-like-it')).ids).toEqual([]);
  expect((await list('tag=Craft')).ids).toEqual(['k1']);
  expect((await list('images=2&vendor=kling&tag=Craft')).ids).toEqual(['k1']);
  expect((await list('images=1&vendor=kling&tag=Craft')).ids).toEqual([]);
  expect((await list('ratio=1:1&tag=Craft&vendor=bytedance')).ids).toEqual([]);
  expect((await list('vendor=vidu&q=hugging')).ids).toEqual(['hugging']);
});

it('is sorted by what was asked for, and read in pages without a gap', async () => {
  expect((await list('sort=newest')).ids[0]).toBe('k1');
  const byPrice = (await list('sort=price&limit=300')).ids;
  const four = byPrice.filter((id) => ['104909826', 'k1', 'hugging', 'hug_pro'].includes(String(id)));
  expect(four).toEqual(['104909826', 'k1', 'hugging', 'hug_pro']);
  const whole = (await list('sort=name&limit=300')).ids;
  const read: unknown[] = [];
  let cursor = '';
  do {
    const { ids, data } = await list(`sort=name&limit=7${cursor}`);
    read.push(...ids);
    cursor = data.next_cursor === null ? '' : `&cursor=${encodeURIComponent(String(data.next_cursor))}`;
  } while (cursor !== '');
  expect(read).toEqual(whole);
  expect((await list('cursor=kling/gone')).status).not.toBe(200);
});

it('leaves out what an operator disabled', async () => {
  await api.core.catalog.setTemplateEnabled('vidu', 'hugging', false);
  expect((await list('vendor=vidu&limit=300')).ids).not.toContain('hugging');
  await api.core.catalog.setTemplateEnabled('vidu', 'hugging', true);
});
