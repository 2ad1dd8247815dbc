import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { crunForm } from '../doors/crun/create-body.ts';
import { AppError, OperatorError } from '../errors.ts';
import { createTestApi } from '../http/testing.ts';
import { type JsonObject, parseOwnJson } from '../lib/json.ts';

const api = await createTestApi();
const { catalog } = api.core;
const caller = await api.openAccount();

/** Every field that the list of a reseller shows, with invented values, and two unknown ones. */
const FULL: JsonObject = {
  TemplateId: '880000001',
  ServiceId: '990000001',
  MediaId: '770000001',
  Cover: 'https://media.example/covers/one.webp?sign=a%2Fb',
  Preview: 'one.mp4',
  CoverAspectRatio: '9:16',
  Title: '示例',
  Title_en: 'Example',
  Tags: ['单人'],
  Tags_en: ['Portrait'],
  Duration: 10123,
  TemplateType: 'BEGIN_END_FRAME',
  InputRequirement: 'SINGLE_PERSON',
  InputNum: 1,
  SupportAspectRatio: '',
  ReleaseOnlineTime: null,
  ConsumeItems: [
    { Resolution: '480p', Credit: 166.5, Extra: true },
    { Resolution: '720p', Credit: 355.2 },
  ],
  Unheard: { of: [1, { deep: null }] },
};

async function listed(id: string): Promise<JsonObject[]> {
  const path = `/api/v1/client/job/bytedance-templates?template_id=${id}`;
  return (await api.call({ path, key: caller.key })).data.templates as JsonObject[];
}

function bodyFor(templateId: string, model = 'bytedance/template'): JsonObject {
  return {
    model,
    input: { template_id: templateId, img_urls: ['https://example.com/a.png'], resolution: '720p' },
  };
}

/** The sentences of the refusal; undefined when the check passes. */
async function refusalOf(body: JsonObject, testMode: boolean): Promise<string[] | undefined> {
  try {
    await catalog.quoteCreate(body, { form: crunForm, testMode, strict: false });
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.details.errors) return error.details.errors;
    throw error;
  }
}

describe('an entry of the provider, imported', () => {
  it('is listed unchanged and priced by its fractional credits', async () => {
    await catalog.importTemplates('bytedance', [FULL]);
    expect(await listed('880000001')).toEqual([FULL]);
    const { price } = await catalog.quoteCreate(bodyFor('880000001'), {
      form: crunForm,
      testMode: false,
      strict: true,
    });
    expect(price.micros).toBe(355_200_000n);
  });

  it('keeps a Cover that is not a file of this server', async () => {
    const item = { ...FULL, TemplateId: '880000002', Cover: 'cover.webp' };
    await catalog.importTemplates('bytedance', [item]);
    expect((await listed('880000002'))[0].Cover).toBe('cover.webp');
  });

  it.each([['abc'], [''], [-1], [1.5], [{}], ['9'.repeat(16)]])(
    'is refused with the ServiceId %j',
    async (ServiceId) => {
      const bad = catalog.importTemplates('bytedance', [{ ...FULL, ServiceId }]);
      await expect(bad).rejects.toThrow(
        new OperatorError('item 1: ServiceId must be a number, or text of 1 to 15 digits'),
      );
    },
  );
});

describe('a live key', () => {
  it('is refused a built-in template, since the provider does not have it, with what to do', async () => {
    const [fault, ...more] = (await refusalOf(bodyFor('900000001'), false)) ?? [];
    expect(more).toEqual([]);
    expect(fault).toMatch(
      /^input\.template_id: .*built-in renderer only; use a test key, or the model reelay\/effects/,
    );
    expect(await refusalOf(bodyFor('900000001'), true)).toBeUndefined();
    expect(await refusalOf(bodyFor('900000001', 'reelay/effects'), false)).toBeUndefined();
  });

  it('is refused an entry without a ServiceId, unless the entry is of form B', async () => {
    const { ServiceId: _, ...without } = FULL;
    const items = [
      { ...without, TemplateId: '880000003' },
      { ...without, TemplateId: '880000004', ServiceId: null },
      { ...without, TemplateId: '880000005', Reelay: { Form: 'b' } },
      { ...without, TemplateId: '880000006', ServiceId: 0 },
    ];
    await catalog.importTemplates('bytedance', items);
    for (const id of ['880000003', '880000004']) {
      expect(await refusalOf(bodyFor(id), false)).toEqual([
        expect.stringMatching(
          /^input\.template_id: .*no ServiceId; use a test key, or have an operator import/,
        ),
      ]);
      expect(await refusalOf(bodyFor(id), true)).toBeUndefined();
    }
    expect(await refusalOf(bodyFor('880000005'), false)).toBeUndefined();
    expect(await refusalOf(bodyFor('880000006'), false)).toBeUndefined();
  });

  it('gets the other faults of the same create in the same answer', async () => {
    const body = { ...bodyFor('900000001'), max_credits: -1 };
    expect(await refusalOf(body, false)).toHaveLength(2);
  });
});

it('accepts the catalogue of the emulator as a whole, for live keys too', async () => {
  const file = new URL('../../../emulators/bytedance-effects/catalogue.json', import.meta.url);
  const items = parseOwnJson<JsonObject[]>(await readFile(file, 'utf8'));
  expect(await catalog.importTemplates('bytedance', items)).toBe(items.length);
  for (const item of items) {
    expect(await listed(String(item.TemplateId))).toEqual([item]);
    for (const { Resolution: resolution, Credit: credits } of item.ConsumeItems as JsonObject[]) {
      const pictures = Array.from({ length: Number(item.InputNum) }, () => 'https://example.com/a.png');
      const input = { template_id: item.TemplateId, img_urls: pictures, resolution };
      const body = { model: 'bytedance/template', input, max_credits: credits };
      expect(await refusalOf(body, false)).toBeUndefined();
    }
  }
});

describe('a retired template', () => {
  it('is listed no longer and is kept for the operator with the reason', async () => {
    const item = { ...FULL, TemplateId: '881000001', Reelay: { Form: 'b' } };
    await catalog.importTemplates('bytedance', [item]);
    expect(await catalog.retireTemplate('bytedance', '881000001', 'code 1410\0')).toBe(true);
    expect(await listed('881000001')).toEqual([]);
    expect(await refusalOf(bodyFor('881000001'), true)).toEqual([
      expect.stringContaining('there is no such template'),
    ]);
    const named = { template_id: '881000001' };
    expect(await catalog.findTemplateRules('bytedance/template', named)).toBeDefined();
    const exported = await catalog.exportTemplates('bytedance');
    const kept = exported.find(({ TemplateId }) => TemplateId === '881000001');
    expect(kept).toEqual({ ...item, Reelay: { Form: 'b', Retired: 'code 1410\ufffd' } });
    await catalog.importTemplates('bytedance', exported);
    expect(await listed('881000001')).toEqual([]);
    await catalog.setTemplateEnabled('bytedance', '881000001', true);
    expect(await listed('881000001')).toEqual([item]);
  });

  it('comes back as it was when it is enabled, or when the provider lists it again', async () => {
    const item = { ...FULL, TemplateId: '881000002' };
    await catalog.importTemplates('bytedance', [item]);
    await catalog.retireTemplate('bytedance', '881000002', 'gone');
    await catalog.setTemplateEnabled('bytedance', '881000002', true);
    expect(await listed('881000002')).toEqual([item]);
    await catalog.retireTemplate('bytedance', '881000002', 'gone again');
    await catalog.importTemplates('bytedance', [item]);
    expect(await listed('881000002')).toEqual([item]);
  });

  it('is retired once, by one of those that notice, and only in its own catalogue', async () => {
    await catalog.importTemplates('bytedance', [{ ...FULL, TemplateId: '881000003' }]);
    const calls = ['a', 'b', 'c'].map((reason) => catalog.retireTemplate('bytedance', '881000003', reason));
    expect((await Promise.all(calls)).filter(Boolean)).toHaveLength(1);
    expect(await catalog.retireTemplate('kling', '881000003', 'gone')).toBe(false);
    expect(await catalog.retireTemplate('bytedance', 'none', 'gone')).toBe(false);
  });
});

it('draws a template of each vendor on a test key, each with its own effect', async () => {
  const hugging = await catalog.findTemplateRules('vidu/template', { template: 'hugging' });
  expect(hugging).toMatchObject({ effect: 'liquid-morph', inputsMin: 1, inputsMax: 2, durationSeconds: 4 });
  const flying = await catalog.findTemplateRules('vidu/template', { template: 'flying' });
  expect(flying).toMatchObject({ effect: 'space-walk', aspectRatios: ['16:9', '9:16', '1:1'] });
  const zoom = await catalog.findTemplateRules('kling/template', { template_id: 'zoom_out' });
  expect(zoom).toMatchObject({ effect: 'spin-zoom', inputsMax: 1 });
  const body = {
    model: 'kling/template',
    input: { template_id: 'zoom_out', img_urls: ['https://a.io/a.png'] },
  };
  expect(await refusalOf(body, true)).toBeUndefined();
});
