// What a client asks for reaches the provider or is refused: for every model, offer and field, through the adapters.
import { describe, expect, it } from 'vitest';
import { crunForm } from '../doors/crun/create-body.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import { readShape } from './check.ts';
import { type Model, readShippedModels } from './models.ts';
import { ModelNames } from './names.ts';
import { startOffline } from './testing-adapters.ts';

const models = readShippedModels();
const checkable = new ModelNames(models);

function errorsOf(model: string, input: JsonObject, rest: JsonObject = {}): string[] {
  return readShape(checkable, { model, input, ...rest }, { form: crunForm, strict: false }).errors;
}

/** The values of a field that a client may expect to make a difference. */
function valuesOf(
  name: string,
  { type, enum: listed, minimum, maximum, minItems, maxItems }: JsonObject,
): Json[] {
  if (Array.isArray(listed)) return listed;
  if (type === 'boolean') return [true, false];
  if (type === 'integer' || type === 'number') return [Number(minimum), Number(maximum)];
  if (type !== 'array') return [`${name} one`, `${name} two`];
  const list = (mark: string, length: Json | undefined) =>
    Array.from({ length: Number(length ?? 1) }, (_, at) => `https://pictures.example/${mark}-${at}.png`);
  return [list('one', minItems), list('two', minItems), list('three', maxItems)];
}

/** The smallest valid input of a model. */
function leastOf({ input_schema: { properties, required, else: otherwise } }: Model): JsonObject {
  const more = isObject(otherwise) && Array.isArray(otherwise.required) ? otherwise.required.map(String) : [];
  return Object.fromEntries(
    [...required, ...more].map((name) => [name, valuesOf(name, properties[name])[0]]),
  );
}

/** The same with every picture, clip and sound. */
function withLists(model: Model): JsonObject {
  const { properties } = model.input_schema;
  const lists = Object.entries(properties).filter(([, { type }]) => type === 'array');
  return {
    ...leastOf(model),
    ...Object.fromEntries(lists.map(([name, property]) => [name, valuesOf(name, property)[2]])),
  };
}

const reachable = models.flatMap((model) =>
  model.offers
    .filter(({ provider }) => provider !== 'draft')
    .map((offer) => ({ name: `${model.model} at ${offer.provider}`, model, offer })),
);

/** Fields that a second field has no meaning without: the kind of the sound needs a sound. */
const NEEDS: Readonly<Record<string, JsonObject>> = { audio_type: { audio: true } };
/** Values that mean "as you like", and are then not sent. */
const ALIKE = new Set<Json>([-1]);

describe('A6: every value of every field that a model takes', () => {
  it.each(reachable)(
    'changes what is asked of the provider, or is refused there: $name',
    async ({ model, offer }) => {
      const bases = [leastOf(model), withLists(model)];
      const cases = Object.entries(model.input_schema.properties).flatMap(([name, property]) =>
        bases.map((base) => ({ name, property, base: { ...base, ...NEEDS[name] } })),
      );
      for (const { name, property, base } of cases) {
        const seen = new Map<string, Json>();
        for (const value of valuesOf(name, property)) {
          const input = { ...base, [name]: value };
          if (errorsOf(model.model, input).length > 0) continue;
          const { sent } = await startOffline(model, offer, input);
          if (sent === undefined || ALIKE.has(value)) continue;
          expect(seen.get(sent), `${name}: ${JSON.stringify(value)}`).toBeUndefined();
          seen.set(sent, value);
        }
      }
    },
  );
});

const T2V = 'bytedance/seedance1-0-pro-t2v';
const R2V = 'minimax/h3-r2v';
const PICTURES = ['https://e.com/a.png'];

describe('A6: a name that a model does not accept', () => {
  it.each<[string, JsonObject]>([
    [R2V, { reference_videos: ['https://e.com/a.mp4'] }],
    ['kling/v2-5-turbo-pro', { mode: 'pro' }],
    ['kling/v3-t2v', { mode: 'std' }],
    [T2V, { negative_prompt: 'rain' }],
    [T2V, { negativePrompt: 'rain' }],
    [T2V, { style: 'anime' }],
    [T2V, { audio: true }],
    [T2V, { generate_audio: true }],
    [T2V, { num_outputs: 2 }],
    ['bytedance/seedream-4', { max_images: 2 }],
    ['bytedance/seedream-4', { sequential_image_generation: 'auto' }],
    [T2V, { fps: 60 }],
    [T2V, { watermark: true }],
    [T2V, { service_tier: 'flex' }],
    [T2V, { img_urls: PICTURES }],
    [T2V, { color_palette: ['#ff0000'] }],
    [T2V, { lyrics: 'la la' }],
    [T2V, { image_size: 'square_hd' }],
    ['bytedance/seedance2-0-t2v', { seed: 7 }],
    ['google/veo3-1-t2v', { audio: false }],
    ['kling/v3-i2v', { aspect_ratio: '9:16' }],
    ['minimax/h3-i2v', { last_frame_image: 'https://e.com/b.png' }],
    ['bytedance/template', { duration: 5 }],
  ])('%s refuses %j: it would change what is made', (name, input) => {
    const model = checkable.get(name) as Model;
    const [field] = Object.keys(input);
    const errors = errorsOf(name, { ...leastOf(model), ...input });
    expect(errors.filter((error) => error.startsWith(`input.${field}: `))).toHaveLength(1);
  });

  it('is refused with the name that the model has for it, or with what to do', () => {
    expect(
      errorsOf('kling/v3-i2v', { prompt: 'x', img_urls: PICTURES, last_frame: 'https://e.com/b' }),
    ).toEqual(['input.last_frame: is not known here; this model takes it as img_urls']);
    expect(errorsOf(R2V, { prompt: 'x', reference_images: PICTURES, reference_videos: PICTURES })).toEqual([
      'input.reference_videos: cannot be done by this model, and would change what is made; leave it out, ' +
        'or use a model that takes it, such as bytedance/seedance2-0-r2v',
    ]);
    expect(
      errorsOf('kling/v2-5-turbo-pro', { prompt: 'x', img_urls: PICTURES, aspect_ratio: '9:16' }),
    ).toEqual(['input.aspect_ratio: the pictures of img_urls give the video its shape; leave it out']);
  });

  const nanoBananas = models.filter(({ family }) => family === 'nano-banana').map(({ model }) => model);

  it.each(nanoBananas)('%s refuses a type of file, and names a model that has the choice', (name) => {
    expect(errorsOf(name, { prompt: 'x', output_format: 'png' })).toEqual([
      'input.output_format: cannot be done by this model, and would change what is made; leave it out, ' +
        'or use a model that takes it, such as bytedance/seedream-5',
    ]);
  });

  it('is refused beside input, too', () => {
    expect(errorsOf(T2V, { prompt: 'x' }, { duration: 10, maxCredits: 5 })).toEqual([
      'duration: belongs in input, as input.duration',
      'maxCredits: is not known here; the limit is max_credits',
    ]);
  });

  it.each<[string, JsonObject]>([
    [T2V, { ref: 'order 7', metadata: { a: 1 }, user: 'u' }],
    [T2V, { audio: false, watermark: false, num_outputs: 1, negative_prompt: '', reference_images: [] }],
    ['bytedance/seedance2-0-t2v', { seed: -1, camera_fixed: false }],
    ['bytedance/seedream-4', { max_images: 1, sequential_image_generation: 'disabled' }],
    ['google/veo3-1-t2v', { audio: true, translate_prompt: true }],
    ['kling/v3-i2v', { aspect_ratio: 'auto' }],
    ['minimax/h3-t2v', { template_id: '999000001' }],
    ['runway/gen4-5-i2v', { image_url: 'https://pictures.example/one-0.png' }],
  ])('%s only warns of %j: it is unknown, or asks for nothing', (name, input) => {
    const shape = readShape(
      checkable,
      { model: name, input: { ...leastOf(checkable.get(name) as Model), ...input } },
      { form: crunForm, strict: false },
    );
    expect(shape.errors).toEqual([]);
    expect(shape.unknown).toEqual(Object.keys(input).map((field) => `input.${field}`));
  });

  it('is refused under strict handling with the name that was meant', () => {
    const shape = readShape(
      checkable,
      { model: T2V, input: { prompt: 'x', durration: 10 } },
      { form: crunForm, strict: true },
    );
    expect(shape.errors).toEqual([
      'input.durration: is not known, and unknown fields are refused; did you mean duration?',
    ]);
  });
});

it('a word of sounds is refused by a model of sounds that does not take it, and a mere warning elsewhere', () => {
  const speech = { model: 'qwen3-tts/speech-synthesis', input: { text: 'x', emotion: 'happy' } };
  expect(errorsOf(speech.model, speech.input)).toEqual([expect.stringContaining('input.emotion: cannot')]);
  expect(errorsOf(T2V, { prompt: 'x', title: 'x', language: 'en', format: 'mp4' })).toEqual([]);
});

describe('a required name that is misspelt', () => {
  const errorsOf = (body: JsonObject, strict = false) =>
    readShape(checkable, body, { form: crunForm, strict }).errors;

  it.each([
    [
      { model: T2V, input: { promt: 'x' } },
      ['input.prompt: is required', 'input.promt: is not known here; did you mean prompt?'],
    ],
    [
      { modle: T2V, inputs: { prompt: 'x' } },
      [
        'model: is required',
        'input: is required',
        'modle: is not known here; did you mean model?',
        'inputs: is not known here; did you mean input?',
      ],
    ],
    [{ model: T2V, input: { text: 'x' } }, ['input.prompt: is required']],
  ])('is named beside the one that is missing: %j', (body, sentences) => {
    expect(errorsOf(body)).toEqual(expect.arrayContaining(sentences));
    expect(errorsOf(body).length).toBe(sentences.length);
  });

  it('is a warning where nothing is missing, and is said once under strict handling', () => {
    expect(errorsOf({ model: T2V, input: { prompt: 'x', promt: 'y' } })).toEqual([]);
    expect(errorsOf({ model: T2V, input: { promt: 'x' } }, true)).toEqual([
      'input.prompt: is required',
      'input.promt: is not known, and unknown fields are refused; did you mean prompt?',
    ]);
  });
});
