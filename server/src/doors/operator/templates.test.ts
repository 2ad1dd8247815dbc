// Catalogues of templates over HTTP, and that the commands print the same.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOGUE_NAMES } from '../../catalog/catalogues.ts';
import type { JsonObject } from '../../lib/json.ts';
import { createOperatorApi } from './testing.ts';

const KLING = '/catalogues/kling/templates';
const api = await createOperatorApi();

function item(id: string, more: JsonObject = {}): JsonObject {
  return { TemplateId: id, Title: `title ${id}`, ConsumeItems: [{ Resolution: '480p', Credit: 1 }], ...more };
}

describe('the catalogues', () => {
  it('are listed with how many templates they have, and how far the copies of their media are', async () => {
    const { items, body } = await api.operate('GET', '/catalogues');
    const count = (await api.core.catalog.listTemplates('bytedance')).length;
    expect(items).toContainEqual({
      catalogue: 'bytedance',
      templates: count,
      enabled: count,
      covers: 0,
      covers_failed: 0,
      previews: 0,
      previews_failed: 0,
      previews_due: 0,
      preview_bytes: 0,
    });
    expect([items.map(({ catalogue }) => catalogue), body.next]).toEqual([CATALOGUE_NAMES, null]);
  });

  it('that do not exist are 404', async () => {
    for (const path of ['/catalogues/none/templates', '/catalogues/none/templates/x']) {
      expect((await api.operate('GET', path)).refusal).toEqual([
        404,
        'not_found',
        `There is no catalogue "none"; there are ${CATALOGUE_NAMES.join(', ')}`,
      ]);
    }
  });
});

describe('an import', () => {
  it('takes a whole catalogue, far more than the body of a create may hold, and keeps unknown fields', async () => {
    const items = Array.from({ length: 800 }, (_, at) =>
      item(`many-${at}`, { Later: { deep: [at, 'x'.repeat(400)] } }),
    );
    expect((await api.operate('POST', KLING, items)).body).toEqual({ imported: 800 });
    // The examples that are shipped come first.
    const examples = (await api.operate('GET', `${KLING}?limit=100`)).items.findIndex(
      ({ id }) => id === 'many-0',
    );
    const first = await api.operate('GET', `${KLING}?limit=${examples + 2}`);
    expect(first.items.slice(examples).map((template) => template.item)).toEqual(items.slice(0, 2));
    const next = await api.operate('GET', `${KLING}?limit=1&after=${first.body.next}`);
    expect(next.items).toEqual([
      {
        id: 'many-2',
        catalogue: 'kling',
        title: 'title many-2',
        enabled: true,
        retired_reason: null,
        item: items[2],
      },
    ]);
  });

  it('with anything wrong in it names every item at fault and writes none', async () => {
    const bad = [item('good'), {}, 'x', item('good')];
    const { refusal } = await api.operate('POST', KLING, bad);
    expect(refusal).toEqual([
      422,
      'validation_failed',
      [
        'item 2: key must be text of 1 to 64 letters, digits, "-" or "_"',
        'item 3: is not an object',
        'item 4: its TemplateId is that of an item above',
      ],
    ]);
    expect((await api.operate('GET', `${KLING}/good`)).status).toBe(404);
  });

  it('is previewed: what it adds, changes and leaves, and nothing is written', async () => {
    await api.operate('POST', KLING, [item('same'), item('old'), item('left')]);
    const file = [item('same'), item('old', { Title: 'another' }), item('new')];
    const before = await api.operate('GET', KLING);
    const preview = await api.operate('POST', '/catalogues/kling/preview', file);
    expect(preview.body).toEqual({
      added: ['new'],
      changed: [{ id: 'old', fields: ['Title'] }],
      unchanged: ['same'],
      missing: expect.arrayContaining(['left']),
    });
    expect((await api.operate('GET', KLING)).body).toEqual(before.body);
    await api.operate('POST', `${KLING}?disable_missing=true`, file);
    const enabled = async (id: string) => (await api.operate('GET', `${KLING}/${id}`)).body.enabled;
    expect(await Promise.all(['same', 'old', 'left', 'new'].map(enabled))).toEqual([true, true, false, true]);
  });

  it('of something else than a list, or of too much, is refused', async () => {
    expect((await api.operate('POST', KLING, { templates: [] })).refusal).toEqual([
      422,
      'validation_failed',
      [expect.stringMatching(/JSON array/)],
    ]);
    const large = JSON.stringify([item('x'.repeat(5 * 1024 * 1024))]);
    expect((await api.operate('POST', KLING, large)).refusal).toEqual([
      400,
      'body_unreadable',
      'The body is larger than 4194304 bytes',
    ]);
  });
});

describe('a template', () => {
  it('that is disabled is hidden from clients and still shown here, until it is enabled', async () => {
    await api.operate('POST', KLING, [item('one')]);
    const path = `${KLING}/one`;
    const caller = await api.openAccount();
    const listed = async () =>
      (await api.call({ path: '/api/v1/client/job/kling-templates?template_id=one', key: caller.key })).data
        .total;
    expect(await listed()).toBe(1);
    const disabled = await api.operate('PATCH', path, { enabled: false });
    expect(disabled.body).toMatchObject({ id: 'one', enabled: false });
    expect((await api.operate('GET', path)).body).toEqual(disabled.body);
    expect(await listed()).toBe(0);
    await api.operate('PATCH', path, { enabled: true });
    expect(await listed()).toBe(1);
  });

  it('that its provider no longer has says so', async () => {
    await api.operate('POST', KLING, [item('gone')]);
    await api.core.catalog.retireTemplate('kling', 'gone', 'its provider no longer has it');
    const retired = { enabled: false, retired_reason: 'its provider no longer has it' };
    expect((await api.operate('GET', `${KLING}/gone`)).body).toMatchObject(retired);
    const enabled = await api.operate('PATCH', `${KLING}/gone`, { enabled: true });
    expect(enabled.body).toMatchObject({ enabled: true, retired_reason: null, item: item('gone') });
  });

  it('is removed once it is disabled, unless an open task names it, with a line in the audit log', async () => {
    await api.operate('POST', KLING, [item('brief', { Later: 1 })]);
    const path = `${KLING}/brief`;
    const remove = () => api.operate('DELETE', path);
    expect((await remove()).refusal).toEqual([409, 'conflict', expect.stringMatching(/disable it first/)]);
    const { body: disabled } = await api.operate('PATCH', path, { enabled: false });
    const taskId = String((await api.create(await api.openAccount())).data.task_id);
    const naming = `update tasks set input = (input::jsonb || '{"template_id": "brief"}')::json where id = $1`;
    await api.core.pool.query(naming, [taskId]);
    expect((await remove()).refusal).toEqual([409, 'conflict', expect.stringMatching(/1 open task names/)]);
    await api.endTask(taskId);
    const removed = await remove();
    expect([removed.status, removed.body]).toEqual([200, disabled]);
    for (const again of [await remove(), await api.operate('GET', path)])
      expect(again.refusal).toEqual([404, 'not_found', expect.stringMatching(/no template "brief"/)]);
    const { items } = await api.operate('GET', '/acts?action=template.remove');
    expect(items).toMatchObject([
      { subject: 'kling/brief', before: { item: item('brief', { Later: 1 }) }, after: null },
    ]);
  });

  it('that comes with the server is not removed, since each start would bring it back', async () => {
    const [shipped] = (await api.operate('GET', '/catalogues/bytedance/templates?limit=1')).items;
    const path = `/catalogues/bytedance/templates/${shipped.id}`;
    expect((await api.operate('DELETE', path)).refusal).toEqual([
      409,
      'conflict',
      expect.stringMatching(/comes with the server/),
    ]);
  });

  it('that does not exist is 404, and a change of something else is 422', async () => {
    const refusal = [404, 'not_found', 'There is no template "none" in the catalogue kling'];
    expect((await api.operate('GET', `${KLING}/none`)).refusal).toEqual(refusal);
    expect((await api.operate('PATCH', `${KLING}/none`, { enabled: true })).refusal).toEqual(refusal);
    await api.operate('POST', KLING, [item('one')]);
    expect((await api.operate('PATCH', `${KLING}/one`, { title: 'x' })).refusal).toEqual([
      422,
      'validation_failed',
      ['enabled: is required and must be of type boolean', 'title: is not known here'],
    ]);
  });
});

describe('the commands', () => {
  it('print what the routes answer', async () => {
    const file = join(api.core.config.dataDir, 'vidu.json');
    await writeFile(file, JSON.stringify([{ template: 'kissing', name: 'Kissing', credits: 20 }]));
    const vidu = ['--catalogue', 'vidu'];
    expect(await api.runCommand('templates', 'import', file, ...vidu)).toEqual({ imported: 1 });
    const disabled = await api.runCommand('templates', 'disable', 'kissing', ...vidu);
    const path = '/catalogues/vidu/templates';
    await expect.poll(async () => (await api.operate('GET', `${path}/kissing`)).body).toEqual(disabled);
    const removed = await api.runCommand('templates', 'remove', 'kissing', ...vidu);
    expect(removed).toEqual(disabled);
    await writeFile(file, '[]');
    const [list, catalogues, plan] = await Promise.all([
      api.runCommand('templates', 'list', ...vidu),
      api.runCommand('templates', 'catalogues'),
      api.runCommand('templates', 'import', file, '--preview', ...vidu),
    ]);
    expect(list).toEqual((await api.operate('GET', path)).body);
    expect(catalogues).toEqual((await api.operate('GET', '/catalogues')).body);
    expect(plan).toEqual((await api.operate('POST', '/catalogues/vidu/preview', [])).body);
  });
});
