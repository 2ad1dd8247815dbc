import { describe, expect, it } from 'vitest';
import { type Answer, createTestApi } from '../../http/testing.ts';
import type { JsonObject } from '../../lib/json.ts';

const api = await createTestApi();
const JOBS = '/api/v1/client/job';
const caller = await api.openAccount();

function read(path: string): Promise<Answer> {
  return api.call({ path: `${JOBS}/${path}`, key: caller.key });
}

async function templatesOf(
  query: string,
  catalogue = 'bytedance',
): Promise<{ total: number; ids: string[] }> {
  const { data } = await read(`${catalogue}-templates${query}`);
  const templates = data.templates as JsonObject[];
  return { total: Number(data.total), ids: templates.map((item) => String(item.TemplateId)) };
}

describe('the models', () => {
  it('list the three of the original API with its facts, and the built-in ones', async () => {
    const { data } = await read('Models');
    const models = data.models as JsonObject[];
    expect(data.total).toBe(models.length);
    const facts = Object.fromEntries(models.map((model) => [model.model, model]));
    expect(facts['bytedance/seedance1-0-pro-t2v']).toMatchObject({
      model_type: 'video',
      modality: 'video',
      operations: ['text-to-video'],
      supports_reference: false,
    });
    expect(facts['bytedance/template']).toMatchObject({
      model_type: 'tools',
      operations: ['template-to-video'],
      supports_reference: true,
    });
    expect(facts['vidu/q1-r2v']).toMatchObject({
      operations: ['image-to-video', 'reference-to-video'],
      required_input_fields: ['prompt', 'img_urls'],
      supports_reference: true,
    });
    expect(Object.keys(facts)).toEqual(
      expect.arrayContaining(['reelay/draft-t2v', 'reelay/effects', 'reelay/draft-r2v']),
    );
    for (const { input_fields: fields, required_input_fields: required } of models) {
      expect(fields).toEqual(expect.arrayContaining(required as string[]));
    }
  });

  it('are read under a name that several of them share, with the fields that its inputs may have', async () => {
    const { data } = await read('Models/kling/v3');
    expect(data).toMatchObject({
      model: 'kling/v3',
      vendor: 'kling',
      operations: ['text-to-video', 'image-to-video'],
      // Neither a prompt nor its shots, since an input has one or the other.
      required_input_fields: [],
      input_schema: {
        properties: {
          mode: { enum: ['std', 'pro'], default: 'pro' },
          audio: { default: true },
          multi_shots: { type: 'boolean', default: false },
          shot_type: { enum: ['intelligence', 'customize'] },
          img_urls: { maxItems: 2 },
        },
      },
      example: { model: 'kling/v3' },
    });
    expect(data.input_fields).not.toContain('resolution');
    const { data: list } = await read('Models');
    const sharers = (list.models as JsonObject[]).filter(({ aliases }) =>
      (aliases as string[] | undefined)?.includes('kling/v3'),
    );
    expect(sharers.map(({ model }) => model)).toEqual(['kling/v3-t2v', 'kling/v3-i2v']);
    const missing = await read('Models/kling/v3t2v');
    expect(missing.status).toBe(404);
    expect(missing.body.message).toContain('There is no model "kling/v3t2v"');
    expect(missing.body.message).toContain('did you mean kling/v3-t2v?');
  });

  it('are filtered by modality and operation', async () => {
    const { data } = await read('Models?modality=video&operation=template-to-video');
    const names = (data.models as JsonObject[]).map(({ model }) => model);
    expect(names).toEqual(['bytedance/template', 'kling/template', 'reelay/effects', 'vidu/template']);
    const sounds = (await read('Models?modality=audio&operation=tts')).data;
    expect(sounds.models).toContainEqual(
      expect.objectContaining({
        model: 'minimax/speech-2.8-hd',
        price: { per: 'thousand_characters', credits: 20, by_resolution: [] },
        usual_credits: null,
      }),
    );
    expect((await read('Models?modality=smell')).data).toEqual({ total: 0, models: [] });
  });

  it('are read one by one with the slash unescaped, and with the schema of their input', async () => {
    const { data } = await read('Models/bytedance/seedance1-0-pro-t2v');
    expect(data.model).toBe('bytedance/seedance1-0-pro-t2v');
    expect(data.input_schema).toMatchObject({
      type: 'object',
      required: ['prompt'],
      properties: {
        prompt: { type: 'string', minLength: 1, maxLength: 5000 },
        resolution: { enum: ['480p', '720p', '1080p'], default: '720p' },
        aspect_ratio: { enum: ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9'], default: '16:9' },
        duration: { type: 'integer', minimum: 2, maximum: 12, default: 5 },
        camera_fixed: { type: 'boolean', default: false },
        return_last_frame: { type: 'boolean', default: false },
      },
    });
    const vidu = (await read('Models/vidu/q1-r2v')).data.input_schema as { properties: JsonObject };
    expect(Object.keys(vidu.properties)).toEqual(
      expect.arrayContaining(['audio', 'audio_type', 'movement_amplitude', 'moderation', 'img_urls']),
    );
  });

  it('say what they are called, take and cost, as data that a page can show', async () => {
    const { data } = await read('Models/bytedance/seedance1-0-pro-i2v');
    expect(data).toMatchObject({
      title: 'Seedance 1.0 Pro',
      vendor: 'bytedance',
      input_media: ['image'],
      price: { per: 'second', credits: null },
      usual_credits: 57.6,
      usual_seconds: null,
      enabled: true,
      live: true,
    });
    expect((data.price as JsonObject).by_resolution).toEqual([
      { resolution: '480p', credits: 4.97 },
      { resolution: '720p', credits: 11.52 },
      { resolution: '1080p', credits: 24.99 },
    ]);
    const { data: flat } = await read('Models/vidu/q1-r2v');
    expect(flat).toMatchObject({ price: { per: 'task', credits: 80, by_resolution: [] }, usual_credits: 80 });
    const { data: template } = await read('Models/bytedance/template');
    expect(template).toMatchObject({ price: { per: 'template', credits: null }, usual_credits: null });
  });

  it('have an example that a test key can price and send as it is', async () => {
    const { data } = await read('Models');
    for (const { model, usual_credits: usual } of data.models as JsonObject[]) {
      const { example } = (await read(`Models/${model}`)).data;
      const path = `${JOBS}/EstimateTask`;
      const estimate = await api.call({ method: 'POST', path, key: caller.key, body: example });
      expect({ model, status: estimate.status }).toEqual({ model, status: 200 });
      if (usual !== null) expect(estimate.data.estimated_credits).toBe(usual);
    }
  });

  it('show the price and the switches that an operator set', async () => {
    const price = { kind: 'flat', version: 'mine', credits: 3 } as const;
    await api.core.catalog.changeModel('vidu/q2-t2v', { price, enabled: false });
    expect((await read('Models/vidu/q2-t2v')).data).toMatchObject({
      price: { per: 'task', credits: 3, by_resolution: [] },
      usual_credits: 3,
      enabled: false,
    });
    await api.core.catalog.changeModel('vidu/q2-t2v', { price: null, enabled: true });
  });

  it('with an escaped slash are the same', async () => {
    const { data } = await read('Models/vidu%2Fq1-r2v');
    expect(data.model).toBe('vidu/q1-r2v');
  });
});

describe('the templates', () => {
  it('are at least 14, page by page, each once', async () => {
    const whole = await templatesOf('?page_size=50');
    expect(whole.total).toBeGreaterThanOrEqual(14);
    expect(whole.ids).toHaveLength(whole.total);
    const pages: string[] = [];
    for (let page = 1; pages.length < whole.total; page++) {
      const { ids, total } = await templatesOf(`?page=${page}&page_size=4`);
      expect(total).toBe(whole.total);
      expect(ids.length).toBeGreaterThan(0);
      pages.push(...ids);
    }
    expect(pages).toEqual(whole.ids);
    expect(new Set(pages).size).toBe(whole.total);
    expect((await templatesOf('?page=1000')).ids).toEqual([]);
  });

  it('are 20 a page unless asked otherwise', async () => {
    const { ids, total } = await templatesOf('');
    expect(ids).toHaveLength(Math.min(20, total));
  });

  it('are read one by one, whatever page is asked for', async () => {
    expect(await templatesOf('?template_id=104909826&page=9&page_size=1')).toEqual({
      total: 1,
      ids: ['104909826'],
    });
    expect(await templatesOf('?template_id=1')).toEqual({ total: 0, ids: [] });
  });

  it('have every field of the original, in its type', async () => {
    const { data } = await read('bytedance-templates?page_size=50');
    for (const item of data.templates as JsonObject[]) {
      expect(item).toMatchObject({
        MediaId: expect.stringMatching(/^\d+$/),
        ServiceId: expect.stringMatching(/^\d+$/),
        TemplateId: expect.stringMatching(/^\d+$/),
        Title: expect.any(String),
        Title_en: expect.stringMatching(/\w/),
        Tags: expect.any(Array),
        Tags_en: expect.any(Array),
        Cover: expect.stringMatching(/^http/),
        CoverAspectRatio: expect.stringMatching(/^\d+:\d+$/),
        PreviewVideo: expect.stringMatching(/^http/),
        TemplateType: expect.any(String),
        InputRequirement: expect.any(String),
        SupportAspectRatio: expect.stringMatching(/^\d+:\d+(, ?\d+:\d+)*$/),
      });
      for (const name of ['Duration', 'InputNum', 'ReleaseOnlineTime'])
        expect(item[name]).toSatisfy(Number.isInteger);
      for (const price of item.ConsumeItems as JsonObject[]) {
        expect(price).toEqual({ Resolution: expect.stringMatching(/^\d+p$/), Credit: expect.any(Number) });
      }
    }
  });

  it('of other vendors have every field of their vendor, in its type, and are read one by one', async () => {
    const vidu = (await read('vidu-templates?page_size=50')).data;
    for (const item of vidu.templates as JsonObject[]) {
      expect(item).toMatchObject({
        template: expect.stringMatching(/^[a-z_]+$/),
        name: expect.any(String),
        resolution: ['720p'],
        duration: [4],
        aspect_ratio: expect.any(Array),
        output_type: 'video',
        cover: expect.stringMatching(/^http.*jpg$/),
        video: expect.stringMatching(/^http.*mp4$/),
        credits: 100,
        category_name: expect.any(String),
      });
      expect(JSON.parse(String(item.input_instruction))).toMatchObject({ images_min: 1 });
    }
    const kling = (await read('kling-templates?page_size=50')).data;
    for (const item of kling.templates as JsonObject[]) {
      expect(item).toMatchObject({
        key: expect.stringMatching(/^[a-z0-9_]+$/),
        cover_url: expect.stringMatching(/^http.*jpg$/),
        video_url: expect.stringMatching(/^http.*mp4$/),
        info: expect.stringMatching(/^Takes (one picture|two pictures)/),
        credit: 100,
      });
    }
    const one = (await read('vidu-templates?page=9&template=hugging')).data;
    expect([vidu.total, kling.total, one.total]).toEqual([8, 8, 1]);
    expect((await read('kling-templates?template_id=hug_pro')).data.total).toBe(1);
    expect((await read('vidu-templates?template=x')).data).toEqual({ total: 0, templates: [] });
  });

  it('that an operator imports are listed with their unknown fields, and gone when disabled', async () => {
    const item = {
      TemplateId: '77',
      ConsumeItems: [{ Resolution: '480p', Credit: 166.5 }],
      Novel: { a: [1] },
    };
    await api.core.catalog.importTemplates('bytedance', [item]);
    const { data } = await read('bytedance-templates?template_id=77');
    expect(data.templates).toEqual([item]);
    const input = { template_id: '77', img_urls: ['https://example.com/a.png'], resolution: '480p' };
    const body = { model: 'bytedance/template', input };
    expect((await api.create(caller, body)).status).toBe(200);
    await api.core.catalog.setTemplateEnabled('bytedance', '77', false);
    expect((await templatesOf('?template_id=77')).total).toBe(0);
    expect((await api.create(caller, body)).status).toBe(422);
  });
});
