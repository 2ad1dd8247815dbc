import { describe, expect, it } from 'vitest';
import { crunForm } from '../doors/crun/create-body.ts';
import { OperatorError } from '../errors.ts';
import { createTestApi } from '../http/testing.ts';
import type { JsonObject } from '../lib/json.ts';
import { asSteady } from '../lib/time.ts';
import { Catalog } from './catalog.ts';

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

describe('an import of templates', () => {
  it('keeps unknown fields, replaces by id, and comes back equal from an export', async () => {
    const rich = { ...item, Later: { deep: [1, { x: null }] }, Title: '微粒' };
    expect(await catalog.importTemplates('kling', [rich])).toBe(1);
    expect(await catalog.exportTemplates('kling')).toEqual([rich]);
    expect(await catalog.importTemplates('kling', [item])).toBe(1);
    const exported = await catalog.exportTemplates('kling');
    expect(exported).toEqual([item]);
    expect(await catalog.importTemplates('kling', exported)).toBe(1);
    expect(await catalog.exportTemplates('kling')).toEqual(exported);
  });

  it('with anything wrong in it names every item at fault and writes none', async () => {
    const before = await catalog.exportTemplates('kling');
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
    expect(await catalog.exportTemplates('kling')).toEqual(before);
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
    const before = await catalog.exportTemplates('kling');
    const twice = catalog.importTemplates('kling', [item, item]);
    await expect(twice).rejects.toThrow(new OperatorError('item 2: its TemplateId is that of an item above'));
    expect(await catalog.exportTemplates('kling')).toEqual(before);
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
  expect(await catalog.findTemplateRules('104909826')).toMatchObject({
    effect: expect.any(String),
    inputsMin: 1,
  });
  await catalog.setTemplateEnabled('bytedance', '104909826', true);
  expect(await catalog.findTemplateRules('none')).toBeUndefined();
});

it('lists Vidu templates by their names, prices them by their credits, and then has no others', async () => {
  const create = (template: string) =>
    catalog.quoteCreate(
      { model: 'vidu/template', input: { template, images: ['https://example.com/a.png'] } },
      { form: crunForm, testMode: false, strict: false },
    );
  expect((await create('hugging')).price.micros).toBe(100_000_000n);
  const item = { template: 'hugging', name: 'Hugging', credits: 20, output_type: 'video', is_hot: true };
  expect(await catalog.importTemplates('vidu', [item])).toBe(1);
  expect(await catalog.listTemplates('vidu')).toEqual([item]);
  expect((await create('hugging')).price.micros).toBe(20_000_000n);
  await expect(create('kissing')).rejects.toMatchObject({ errorName: 'validation_failed' });
  await expect(catalog.importTemplates('vidu', [{ TemplateId: '1' }])).rejects.toThrow('template must be');
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
  const template = (credits: number) => ({
    TemplateId: 'same-name',
    ConsumeItems: [{ Resolution: '720p', Credit: credits }],
  });
  await catalog.importTemplates('bytedance', [template(3)]);
  await catalog.importTemplates('kling', [template(5)]);
  await catalog.importTemplates('vidu', [{ template: 'same-name', credits: 7 }]);
  const form = crunForm;
  const model = catalog.models.find((one) => one.model === 'bytedance/template');
  const elsewhere = new Catalog({
    pool,
    clock: asSteady(() => 1),
    models: model ? [{ ...model, model: 'kling/template', offers: [] }] : [],
  });
  const images = { img_urls: ['https://example.com/a.png'], resolution: '720p' };
  const priceOf = async (name: string, input: JsonObject) =>
    (await elsewhere.quoteCreate({ model: name, input }, { form, testMode: true, strict: false })).price
      .micros;
  expect(await priceOf('bytedance/template', { template_id: 'same-name', ...images })).toBe(3_000_000n);
  expect(await priceOf('kling/template', { template_id: 'same-name', ...images })).toBe(5_000_000n);
  expect(await priceOf('vidu/template', { template: 'same-name', images: images.img_urls })).toBe(7_000_000n);
  await catalog.setTemplateEnabled('kling', 'same-name', false);
  const later = new Catalog({ pool, clock: asSteady(() => 1), models: elsewhere.models.slice(-1) });
  const refused = later.quoteCreate(
    { model: 'kling/template', input: { template_id: 'same-name', ...images } },
    { form, testMode: true, strict: false },
  );
  await expect(refused).rejects.toMatchObject({
    details: { errors: ['input.template_id: there is no such template; kling-templates lists them'] },
  });
});
