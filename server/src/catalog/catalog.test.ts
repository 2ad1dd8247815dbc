import { describe, expect, it } from 'vitest';
import { crunForm } from '../doors/crun/create-body.ts';
import { OperatorError } from '../errors.ts';
import { createTestApi } from '../http/testing.ts';
import type { JsonObject } from '../lib/json.ts';
import { asSteady } from '../lib/time.ts';
import { Catalog } from './catalog.ts';
import { isExample } from './templates.ts';

const api = await createTestApi();
const { catalog, pool } = api.core;
const item = { TemplateId: 'x-1', ConsumeItems: [{ Resolution: '480p', Credit: 1 }] };

describe('the switches', () => {
  it('of one process reach another within a second', async () => {
    const clock = { nowMs: 1_000_000 };
    const elsewhere = new Catalog({ pool, clock: asSteady(() => clock.nowMs) });
    expect((await elsewhere.statuses()).maintenance.on).toBe(false);
    await catalog.setMaintenance(true);
    await catalog.changeModel('vidu/q1-r2v', { enabled: false });
    expect((await elsewhere.statuses()).maintenance.on).toBe(false);
    clock.nowMs += 1000;
    const { maintenance, models } = await elsewhere.statuses();
    expect(maintenance.on).toBe(true);
    expect(models.find(({ model }) => model === 'vidu/q1-r2v')).toMatchObject({
      enabled: false,
      maintenance: false,
    });
    await catalog.setMaintenance(false);
    await catalog.changeModel('vidu/q1-r2v', { enabled: true });
  });

  it('change what is named and keep the rest', async () => {
    const price = { kind: 'flat', version: 'mine', credits: 3 } as const;
    await catalog.changeModel('reelay/effects', { price });
    await catalog.changeModel('reelay/effects', { maintenance: true, openTasksMax: 7 });
    expect(await catalog.changeModel('reelay/effects', { enabled: false })).toMatchObject({
      model: 'reelay/effects',
      enabled: false,
      maintenance: true,
      openTasksMax: 7,
      price,
      nextPrices: [],
      facts: catalog.models.find(({ model }) => model === 'reelay/effects'),
    });
    const reset = await catalog.changeModel('reelay/effects', {
      price: null,
      enabled: true,
      maintenance: false,
    });
    expect(reset.price).toMatchObject({ kind: 'flat', credits: 0 });
  });

  it('take a sheet of prices whole, from its times on, or nothing of it', async () => {
    const sheet = (rows: string) => `model,unit,for,credits,from\n${rows}`;
    const priceOf = async (name: string) => (await catalog.findStatus(name))?.price;
    const good = 'z-image,picture,all,2,\nkling/v2-6,second,std,9,2031-01-31\n';
    const faulty = catalog.importPrices(sheet(`${good}none/such,task,all,1,\n`));
    await expect(faulty).rejects.toThrow('line 4: there is no model "none/such"');
    expect(await catalog.importPrices(sheet(good), { isPreview: true })).toHaveLength(2);
    expect(await priceOf('z-image')).toMatchObject({ credits: { picture: 1 } });
    expect(await catalog.importPrices(sheet(good))).toHaveLength(2);
    expect(await priceOf('z-image')).toMatchObject({ credits: { picture: 2 } });
    expect(await catalog.findStatus('kling/v2-6')).toMatchObject({
      price: { credits: { std: 8.4, pro: 28 } },
      nextPrices: [{ startsAt: new Date('2031-01-31'), price: { credits: { std: 9, pro: 28 } } }],
    });
    // The second row is in the past, so that the first is not written either.
    const late = sheet('z-image,picture,all,3,\nqwen-image,picture,all,5,2020-01-01\n');
    await expect(catalog.importPrices(late)).rejects.toThrow('must not be in the past');
    expect(await priceOf('z-image')).toMatchObject({ credits: { picture: 2 } });
    const { rows } = await pool.query("select subject from audit_lines where action = 'price.set'");
    expect(rows.map(({ subject }) => subject)).toEqual(expect.arrayContaining(['z-image', 'kling/v2-6']));
    await catalog.changeModel('z-image', { price: null });
  });

  it('of an unknown model are refused', async () => {
    await expect(catalog.changeModel('none', {})).rejects.toThrow(OperatorError);
  });
});

/** What is in a catalogue beside the examples that are shipped. */
async function exportImported(catalogue: 'kling' | 'vidu'): Promise<JsonObject[]> {
  return (await catalog.exportTemplates(catalogue)).filter((one) => !isExample(one));
}

describe('an import of templates', () => {
  it('keeps unknown fields, replaces by id, and comes back equal from an export', async () => {
    const rich = { ...item, Later: { deep: [1, { x: null }] }, Title: '微粒' };
    expect(await catalog.importTemplates('kling', [rich])).toBe(1);
    expect(await exportImported('kling')).toEqual([rich]);
    expect(await catalog.importTemplates('kling', [item])).toBe(1);
    const exported = await exportImported('kling');
    expect(exported).toEqual([item]);
    expect(await catalog.importTemplates('kling', exported)).toBe(1);
    expect(await exportImported('kling')).toEqual(exported);
  });

  it('with anything wrong in it names every item at fault and writes none', async () => {
    const before = await exportImported('kling');
    const bad = [
      item,
      {},
      'x',
      { ...item, TemplateId: 'a/b' },
      { ...item, ConsumeItems: [] },
      { ...item, InputNum: 1.5 },
    ];
    await expect(catalog.importTemplates('kling', bad)).rejects.toThrow(
      /item 2: .*\n(.*\n)*item 3: is not an object\nitem 4: /,
    );
    await expect(catalog.importTemplates('kling', { templates: [] })).rejects.toThrow('JSON array');
    expect(await exportImported('kling')).toEqual(before);
  });

  it('with a price that is not an amount of credits is refused, before a create needs it', async () => {
    for (const Credit of [0.1234567, 1e-7, -1, 2e9]) {
      const bad = catalog.importTemplates('kling', [
        { ...item, ConsumeItems: [{ Resolution: '720p', Credit }] },
      ]);
      await expect(bad).rejects.toThrow('item 1: a Credit is not an amount');
    }
  });

  it('with one id twice names the second', async () => {
    const before = await exportImported('kling');
    const twice = catalog.importTemplates('kling', [item, item]);
    await expect(twice).rejects.toThrow(new OperatorError('item 2: its TemplateId is that of an item above'));
    expect(await exportImported('kling')).toEqual(before);
  });
});

it('seeding again keeps what an operator changed', async () => {
  const [first] = await catalog.exportTemplates('bytedance');
  const mine = { ...first, Title_en: 'Mine' };
  await catalog.importTemplates('bytedance', [mine]);
  await catalog.setTemplateEnabled('bytedance', String(first.TemplateId), false);
  await catalog.seed();
  expect((await catalog.exportTemplates('bytedance'))[0]).toEqual(mine);
  expect((await catalog.listTemplates('bytedance')).map(({ TemplateId }) => TemplateId)).not.toContain(
    first.TemplateId,
  );
});

it('can still render a disabled template for the tasks that have it', async () => {
  await catalog.setTemplateEnabled('bytedance', '104909826', false);
  const rulesOf = (id: string) => catalog.findTemplateRules('bytedance/template', { template_id: id });
  expect(await rulesOf('104909826')).toMatchObject({
    effect: expect.any(String),
    inputsMin: 1,
  });
  await catalog.setTemplateEnabled('bytedance', '104909826', true);
  expect(await rulesOf('none')).toBeUndefined();
});

it('lists Vidu templates by their names, prices them by their credits, and then has no others', async () => {
  const create = (template: string) =>
    catalog.quoteCreate(
      { model: 'vidu/template', input: { template, images: ['https://example.com/a.png'] } },
      { form: crunForm, testMode: false, strict: false },
    );
  // The examples that are shipped are no list of the vendor: other names may exist.
  for (const name of ['hugging', 'kissing']) expect((await create(name)).price.micros).toBe(100_000_000n);
  await catalog.setTemplateEnabled('vidu', 'flying', false);
  await expect(create('flying')).rejects.toMatchObject({ errorName: 'validation_failed' });
  await catalog.setTemplateEnabled('vidu', 'flying', true);
  const item = { template: 'hugging', name: 'Hugging', credits: 20, output_type: 'video', is_hot: true };
  expect(await catalog.importTemplates('vidu', [item])).toBe(1);
  expect(await exportImported('vidu')).toEqual([item]);
  expect((await create('hugging')).price.micros).toBe(20_000_000n);
  await expect(create('kissing')).rejects.toMatchObject({ errorName: 'validation_failed' });
  await expect(catalog.importTemplates('vidu', [{ TemplateId: '1' }])).rejects.toThrow('template must be');
});

it('lists Kling templates by their keys, prices them by their credit, and takes as many pictures as they say', async () => {
  const create = (id: string, pictures: number) =>
    catalog.quoteCreate(
      {
        model: 'kling/template',
        input: { template_id: id, img_urls: Array(pictures).fill('https://example.com/a.png') },
      },
      { form: crunForm, testMode: false, strict: false },
    );
  expect((await create('hug_pro', 2)).price.micros).toBe(100_000_000n);
  await expect(create('hug_pro', 1)).rejects.toMatchObject({
    details: { errors: ['input.img_urls: this template takes 2 pictures, not 1'] },
  });
  const own = { key: 'own', credit: 56, info: 'One picture or two.' };
  await catalog.importTemplates('kling', [own]);
  for (const pictures of [1, 2]) expect((await create('own', pictures)).price.micros).toBe(56_000_000n);
  await expect(catalog.importTemplates('kling', [{ ...own, credit: -1 }])).rejects.toThrow('credit is not');
  await expect(catalog.importTemplates('kling', [{ ...own, key: 'a/b' }])).rejects.toThrow('key must be');
});

it('gives providers what the model declares and nothing else', () => {
  const input = { prompt: 'a cat', seed: 0, img_urls: ['https://example.com/a.png'], toString: 'x' };
  expect(catalog.fillInput('bytedance/seedance1-0-pro-t2v', input)).toEqual({
    prompt: 'a cat',
    seed: 0,
    resolution: '720p',
    aspect_ratio: '16:9',
    duration: 5,
    camera_fixed: false,
    return_last_frame: false,
  });
});

it('finds and prices the template of a model in the catalogue of its vendor, whatever others call theirs', async () => {
  const effect = { TemplateId: 'same-name', ConsumeItems: [{ Resolution: '720p', Credit: 3 }] };
  await catalog.importTemplates('bytedance', [effect]);
  await catalog.importTemplates('kling', [{ key: 'same-name', credit: 5 }]);
  await catalog.importTemplates('vidu', [{ template: 'same-name', credits: 7 }]);
  const quote = (model: string, input: JsonObject) =>
    catalog.quoteCreate({ model, input }, { form: crunForm, testMode: true, strict: false });
  const pictures = ['https://example.com/a.png'];
  const priceOf = async (model: string, input: JsonObject) => (await quote(model, input)).price.micros;
  const named = { template_id: 'same-name', img_urls: pictures };
  expect(await priceOf('bytedance/template', { ...named, resolution: '720p' })).toBe(3_000_000n);
  expect(await priceOf('kling/template', named)).toBe(5_000_000n);
  expect(await priceOf('vidu/template', { template: 'same-name', images: pictures })).toBe(7_000_000n);
  await catalog.setTemplateEnabled('kling', 'same-name', false);
  await expect(quote('kling/template', named)).rejects.toMatchObject({
    details: { errors: ['input.template_id: there is no such template; kling-templates lists them'] },
  });
});
