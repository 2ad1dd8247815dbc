// No success costs the operator more than it is charged: the prices of the catalogue against the unit prices
// of ModelArk and the pixel table of the emulator, for every size, length and kind of input that a model
// takes.
import { expect, test } from 'vitest';
import { ARK_MODELS, pixelsOf, RATIOS, tokensOf } from '../../../../emulators/ark/models.ts';
import { type Model, readShippedModels } from '../../catalog/models.ts';
import { chargeOf, priceOf } from '../../catalog/prices.ts';
import { readAs } from '../kit/wire.ts';
import { paramsSchema } from './wire.ts';

/** A US dollar a million tokens, at US$0.005 a credit. */
const MICROS_PER_TOKEN = 200;
const FRAME_RATE = 24;
/** The longest that all reference clips may last together. */
const CLIP_SECONDS_MAX = 15;

interface UnitPrice {
  /** US dollars for a million tokens. */
  usd: number;
  /** With clips among the input. */
  usdWithClips?: number;
}

/**
 * https://docs.byteplus.com/en/docs/ModelArk/1544106, read in public copies of July 2026; the prices of lite
 * are from resellers. The price of 1.5 is the one with sound, twice the price without. By id, then by
 * resolution if there are several.
 */
const PRICES: Record<string, UnitPrice | Record<string, UnitPrice>> = {
  'doubao-seedance-1-0-pro-250528': { usd: 2.5 },
  'doubao-seedance-1-0-pro-fast-251015': { usd: 1 },
  'doubao-seedance-1-0-lite-t2v-250428': { usd: 1.8 },
  'doubao-seedance-1-0-lite-i2v-250428': { usd: 1.8 },
  'doubao-seedance-1-5-pro-251215': { usd: 2.4 },
  'doubao-seedance-2-0-260128': {
    '480p': { usd: 7, usdWithClips: 4.3 },
    '720p': { usd: 7, usdWithClips: 4.3 },
    '1080p': { usd: 7.7, usdWithClips: 4.7 },
    '4k': { usd: 4, usdWithClips: 2.4 },
  },
  'doubao-seedance-2-0-fast-260128': { usd: 5.6, usdWithClips: 3.3 },
  'doubao-seedance-2-0-mini-260615': { usd: 3.5, usdWithClips: 2.1 },
};

/** Its price was agreed for the seconds of 16:9 and must not change; anything beyond is cut at the hold. */
const AGREED = 'bytedance/seedance1-0-pro-t2v';

const MODELS = readShippedModels().filter(
  ({ model, modality, offers }) =>
    model !== AGREED && modality === 'video' && offers.some(({ provider }) => provider === 'ark'),
);

interface Case {
  model: Model;
  resolution: string;
  ratio: string;
  seconds: number;
}

function* casesOf(model: Model): Generator<Case> {
  const { resolution, duration } = model.input_schema.properties;
  for (const size of resolution.enum as string[]) {
    for (const ratio of RATIOS) {
      for (let seconds = Number(duration.minimum); seconds <= Number(duration.maximum); seconds++) {
        yield { model, resolution: size, ratio, seconds };
      }
    }
  }
}

function unitPriceOf(id: string, resolution: string): UnitPrice {
  const price = PRICES[id];
  return 'usd' in price ? (price as UnitPrice) : price[resolution];
}

/**
 * What is charged and what it costs the operator, in micro-credits. A video has one frame more than its
 * seconds.
 */
function settle({ model, resolution, ratio, seconds }: Case, clipSeconds: number) {
  const offer = model.offers.find(({ provider }) => provider === 'ark');
  const id = readAs(paramsSchema, offer?.params ?? {})?.model.cn ?? '';
  const sizes = ARK_MODELS.find(({ ids }) => ids.includes(id))?.sizes ?? 'later';
  const frames = FRAME_RATE * (seconds + clipSeconds) + 1;
  const amount = tokensOf(pixelsOf(sizes, resolution, ratio), frames);
  const { usd, usdWithClips = 0 } = unitPriceOf(id, resolution);
  const held = priceOf(model.price, { resolution, duration: seconds }, () => undefined).micros;
  return {
    charged: Number(chargeOf(offer?.charge, { unit: 'tokens', amount }, held)),
    cost: Math.round(amount * (clipSeconds === 0 ? usd : usdWithClips) * MICROS_PER_TOKEN),
  };
}

test.each(MODELS.map((model) => [model.model, model] as const))(
  '%s is charged at least its cost in every size and length',
  (_name, model) => {
    const takesClips = model.input_schema.properties.reference_videos !== undefined;
    for (const one of casesOf(model)) {
      for (const clipSeconds of takesClips ? [0, 2, CLIP_SECONDS_MAX] : [0]) {
        const { charged, cost } = settle(one, clipSeconds);
        const { resolution, ratio, seconds } = one;
        const what = `${resolution} ${ratio} ${seconds} s, ${clipSeconds} s of clips: ${charged} for ${cost}`;
        expect(charged, what).toBeGreaterThanOrEqual(cost);
      }
    }
  },
);

test('the first model is charged its cost at 16:9, where its tokens follow from its seconds', () => {
  const model = readShippedModels().find(({ model: name }) => name === AGREED);
  const tokens = { '480p': 48_600, '720p': 102_960, '1080p': 244_800 };
  for (const [resolution, amount] of Object.entries(tokens)) {
    const held = model && priceOf(model.price, { resolution, duration: 5 }, () => undefined).micros;
    expect(Number(held)).toBe(amount * 2.5 * MICROS_PER_TOKEN);
  }
});
