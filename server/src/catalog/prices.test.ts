import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { MICROS_MAX } from '../lib/money.ts';
import { findModelFaults } from './model-schema.ts';
import { readShippedModels } from './models.ts';
import {
  chargeForPart,
  chargeOf,
  filesAsked,
  type PriceRule,
  priceOf,
  priceOfDefaults,
  withDefaults,
} from './prices.ts';
import { consumeItemsOf, readShippedTemplates } from './templates.ts';

const noTemplate = () => undefined;
const perSecond: PriceRule = { kind: 'per_second', version: 'v', credits: { '480p': 4.86, '1080p': 24.48 } };

function messageOf(work: () => unknown): string[] | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof AppError ? error.details.errors : undefined;
  }
  return undefined;
}

describe('a price', () => {
  it('is flat, by the second, or that of the template', () => {
    const template: PriceRule = { kind: 'template', version: 't' };
    const find = (id: string, resolution: string) =>
      id === '7' && resolution === '720p' ? 355.2 : undefined;
    expect(priceOf({ kind: 'flat', version: 'f', credits: 80 }, {}, noTemplate)).toEqual({
      micros: 80_000_000n,
      version: 'f',
    });
    expect(priceOf(perSecond, { resolution: '480p', duration: 5 }, noTemplate).micros).toBe(24_300_000n);
    expect(priceOf(template, { template_id: '7', resolution: '720p' }, find).micros).toBe(355_200_000n);
  });

  it('by the second is exact for every length: no float is summed up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (duration) => {
        const { micros } = priceOf(perSecond, { resolution: '1080p', duration }, noTemplate);
        expect(micros).toBe(24_480_000n * BigInt(duration));
      }),
    );
  });

  it('counts every second that was begun', () => {
    expect(priceOf(perSecond, { resolution: '480p', duration: 1.01 }, noTemplate).micros).toBe(9_720_000n);
  });

  it('by the picture depends on the fields that it names, and on the number asked for', () => {
    const credits = { '1K low': 2, '1K high': 8.5, '2K low': 3, '2K high': 12 };
    const by = ['resolution', 'quality'];
    const rule: PriceRule = { kind: 'per_picture', version: 'p', by, count: 'n', credits };
    fc.assert(
      fc.property(
        fc.constantFrom('1K', '2K'),
        fc.constantFrom('low', 'high'),
        fc.integer({ min: 1, max: 16 }),
        (resolution, quality, n) => {
          const { micros } = priceOf(rule, { resolution, quality, n }, noTemplate);
          const one = credits[`${resolution} ${quality}` as keyof typeof credits];
          expect(micros).toBe(BigInt(one * 1_000_000) * BigInt(n));
        },
      ),
    );
    const flat: PriceRule = { kind: 'per_picture', version: 'p', credits: { picture: 4 } };
    expect(priceOf(flat, {}, noTemplate).micros).toBe(4_000_000n);
    expect(filesAsked(flat, { n: 7 })).toBe(1);
    expect(filesAsked(rule, { n: 7 })).toBe(7);
    expect(filesAsked(perSecond, { n: 7 })).toBeUndefined();
    expect(messageOf(() => priceOf(rule, { resolution: '8K', quality: 'low' }, noTemplate))).toEqual([
      'input.resolution: there is no price for "8K low"',
    ]);
  });

  it('by the picture is charged for those that came, and never for more than was held', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 1, max: 16 }), (each, asked) => {
        const held = each * BigInt(asked);
        for (let came = 0; came <= asked + 1; came += 1) {
          const charged = chargeForPart(held, { came, asked });
          expect(charged).toBe(each * BigInt(Math.min(came, asked)));
        }
      }),
    );
    expect(chargeForPart(10n, { came: 1, asked: 3 })).toBe(4n);
  });

  it('by the picture of every shipped model holds for all that its schema allows', () => {
    const models = readShippedModels().filter(({ price }) => price.kind === 'per_picture');
    expect(models.length).toBeGreaterThanOrEqual(3);
    for (const model of models) {
      expect(findModelFaults(JSON.parse(JSON.stringify(model)))).toEqual([]);
      expect(priceOfDefaults(model.price, model.input_schema.properties)).toBeGreaterThan(0n);
    }
  });

  it('by the picture that leaves a value or a field without a price is refused in a file of models', () => {
    const [model] = readShippedModels().filter(({ price }) => price.kind === 'per_picture');
    const faultsWith = (price: object) =>
      findModelFaults(JSON.parse(JSON.stringify({ ...model, price: { ...model.price, ...price } })));
    expect(faultsWith({ credits: { '1K': 6, '2K': 6 } })).toEqual([
      'price.credits: there is no price for 4K',
    ]);
    expect(faultsWith({ by: ['quality'] })).toEqual([
      'price.by: "quality" needs an enum and a default in input_schema',
    ]);
    expect(faultsWith({ count: 'prompt' })).toEqual(['price.count: input_schema has no integer "prompt"']);
  });

  it('by the character is exact for every text, and counts a Chinese character as its vendor does', () => {
    const rule: PriceRule = {
      kind: 'per_thousand_characters',
      version: 'c',
      of: 'text',
      han: 2,
      credits: { characters: 20.5 },
    };
    const words = fc.array(fc.constantFrom('a', ' ', '\u00e9', '\u4f60', '\u{1f600}', '\u3042'), {
      minLength: 1,
    });
    fc.assert(
      fc.property(words, (characters) => {
        const counted = characters.length + characters.filter((one) => one === '\u4f60').length;
        const { micros } = priceOf(rule, { text: characters.join('') }, noTemplate);
        expect(micros).toBe(20_500n * BigInt(counted));
        // What the vendor reports is charged in full: the estimate is the charge.
        const used = { unit: 'characters', amount: counted };
        expect(chargeOf({ unit: 'characters', credits: 0.0205 }, used, micros)).toBe(micros);
      }),
    );
    const small: PriceRule = { ...rule, credits: { characters: 0.000001 } };
    expect(priceOf(small, { text: 'abc' }, noTemplate).micros).toBe(1n);
    expect(priceOfDefaults(rule, { text: { type: 'string' } })).toBeUndefined();
  });

  it('by the song is charged for those that came', () => {
    const pair: PriceRule = { kind: 'per_song', version: 's', songs: 2, credits: { song: 12 } };
    const asked: PriceRule = { ...pair, songs: undefined, count: 'n', by: ['quality'], credits: { hd: 3 } };
    expect(priceOf(pair, {}, noTemplate).micros).toBe(24_000_000n);
    expect(filesAsked(pair, { n: 5 })).toBe(2);
    expect(chargeForPart(24_000_000n, { came: 1, asked: 2 })).toBe(12_000_000n);
    expect(priceOf(asked, { quality: 'hd', n: 3 }, noTemplate).micros).toBe(9_000_000n);
    expect(filesAsked(asked, {})).toBe(1);
  });

  it('by the character or song that names no such field is refused in a file of models', () => {
    const [model] = readShippedModels();
    const faultsWith = (price: object) => findModelFaults(JSON.parse(JSON.stringify({ ...model, price })));
    const characters = { kind: 'per_thousand_characters', version: 'v', credits: { characters: 1 } };
    expect(faultsWith({ ...characters, of: 'words' })).toEqual([
      'price.of: input_schema has no text "words"',
    ]);
    expect(faultsWith({ ...characters, of: 'prompt', credits: { song: 1 } })).toEqual([
      'price.credits: there is no price for characters',
    ]);
    expect(faultsWith({ kind: 'per_song', version: 'v', count: 'songs', credits: { song: 1 } })).toEqual([
      'price.count: input_schema has no integer "songs"',
    ]);
  });

  it('that does not exist is a fault of the request, with a sentence', () => {
    expect(messageOf(() => priceOf(perSecond, { resolution: '4k', duration: 1 }, noTemplate))).toEqual([
      'input.resolution: there is no price for "4k"',
    ]);
    const rule: PriceRule = { kind: 'template', version: 't' };
    expect(messageOf(() => priceOf(rule, { template_id: '1', resolution: '9p' }, noTemplate))).toEqual([
      'input.resolution: the template is not offered in "9p"',
    ]);
  });

  it('beyond the largest amount is refused and does not overflow', () => {
    const rule: PriceRule = { kind: 'per_second', version: 'v', credits: { '480p': 1e9 } };
    expect(priceOf(rule, { resolution: '480p', duration: 1 }, noTemplate).micros).toBe(MICROS_MAX);
    expect(messageOf(() => priceOf(rule, { resolution: '480p', duration: 2 }, noTemplate))).toEqual([
      'input: the price is out of range',
    ]);
  });

  it.each([-1, 1e-7, Number.NaN, 1e10])('of a rule with %d credits is a fault of the server', (credits) => {
    expect(() => priceOf({ kind: 'flat', version: 'v', credits }, {}, noTemplate)).toThrow('price rule');
  });
});

it('A5: charges what was used times the price, exactly, and rounds up what is less than a micro-credit', () => {
  const held = 10n ** 15n;
  const used = (amount: number) => ({ unit: 'second', amount });
  const charges = [
    [0.000003, 3008.1, 9025n],
    [3, 3008.1, 9_024_300_000n],
    [0.1, 0.1 + 0.2, 30_000n],
    [999_999.999999, 999.000001, 999_000_000_999_001n],
    [5, Number.POSITIVE_INFINITY, held],
    [5, -1, held],
    [5, 1e300, held],
  ] as const;
  for (const [credits, amount, charged] of charges) {
    expect(chargeOf({ unit: 'second', credits }, used(amount), held)).toBe(charged);
  }
});

it('fills in the defaults of a schema, and replaces nothing that was given', () => {
  const properties = { a: { default: 1 }, b: { default: false }, c: {} };
  expect(withDefaults({ a: 0, d: 'x' }, properties)).toEqual({ a: 0, b: false, d: 'x' });
  const input = { a: null };
  expect(withDefaults(input, properties)).toEqual({ a: null, b: false });
  expect(input).toEqual({ a: null });
});

describe('the shipped data', () => {
  it('has a price for every resolution that a model lists, and for the defaults', () => {
    for (const { price, input_schema: schema } of readShippedModels()) {
      if (price.kind === 'template') continue;
      const { resolution = {} } = schema.properties;
      const listed = Array.isArray(resolution.enum) ? resolution.enum : [undefined];
      for (const value of listed) {
        const input = withDefaults(value === undefined ? {} : { resolution: value }, schema.properties);
        expect(priceOf(price, input, noTemplate).micros).toBeGreaterThanOrEqual(0n);
      }
    }
  });

  it('names each model once, and requires only fields that it describes', () => {
    const models = readShippedModels();
    expect(new Set(models.map(({ model }) => model)).size).toBe(models.length);
    for (const { input_schema: schema } of models) {
      expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(schema.required));
    }
  });

  it('has exact prices for every template', () => {
    for (const item of readShippedTemplates()) {
      for (const { credits } of consumeItemsOf(item)) {
        const rule: PriceRule = { kind: 'flat', version: 'v', credits };
        expect(priceOf(rule, {}, noTemplate).micros).toBeGreaterThan(0n);
      }
    }
  });
});
