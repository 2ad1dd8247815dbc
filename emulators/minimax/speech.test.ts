// Text to speech: the adapter against the emulator, and what it costs.
import { describe, expect, it } from 'vitest';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import { chargeOf, priceOf, withDefaults } from '../../server/src/catalog/prices.ts';
import { findFileTypeByHead } from '../../server/src/lib/file-types.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { minimax } from '../../server/src/providers/minimax/minimax.ts';
import { call, openEmulator } from '../core/testing.ts';
import { openAdapter } from '../core/testing-adapter.ts';
import { minimaxApi } from './minimax.ts';

describe('speech', () => {
  const SPEECH = 'minimax/speech-2.8-hd';
  const model = readShippedModels().find((one) => one.model === SPEECH);
  const [offer] = model?.offers ?? [];

  async function speak(input: JsonObject) {
    const emulator = await openEmulator(minimaxApi);
    const adapter = openAdapter(minimax, emulator);
    const filled = withDefaults(input, model?.input_schema.properties ?? {});
    return { filled, outcome: await adapter.start(SPEECH, filled, { params: offer?.params ?? {} }) };
  }

  it.each(['Good evening.', '大家好，欢迎。', 'éa 🎉'])(
    'of "%s" is charged what it was held for',
    async (text) => {
      const { outcome, filled } = await speak({ text });
      if (outcome.type !== 'made' || !model || !offer) throw new Error(JSON.stringify(outcome));
      const { micros } = priceOf(model.price, filled, () => undefined);
      expect(chargeOf(offer.charge, outcome.success.used, micros)).toBe(micros);
      const [output] = outcome.success.outputs;
      expect(output).toMatchObject({ kind: 'audio', contentType: 'audio/mpeg' });
      const file = await fetch('url' in output ? output.url : '');
      expect(findFileTypeByHead(Buffer.from(await file.arrayBuffer()))?.contentType).toBe('audio/mpeg');
      expect(outcome.success.usage.duration).toBeGreaterThan(0);
    },
  );

  it.each([
    ['too long a text', { text: 'a'.repeat(10_000) }],
    ['a speed out of range', { text: 'a', speed: 3 }],
    ['an unknown emotion', { text: 'a', emotion: 'bored' }],
    ['an odd sample rate', { text: 'a', sample_rate: 48_000 }],
    ['forbidden words', { text: 'forbidden-content' }],
  ])('with %s is refused as at the service', async (_what, input) => {
    const { outcome } = await speak(input);
    expect(outcome.type).toBe('rejected');
  });

  it('is hexadecimal text unless an address is asked for', async () => {
    const emulator = await openEmulator(minimaxApi);
    const { json } = await call(emulator, 'POST', '/v1/t2a_v2', {
      json: { model: 'speech-02-hd', text: 'Hi', voice_setting: { voice_id: 'Wise_Woman' } },
    });
    expect(json).toMatchObject({ data: { audio: expect.stringMatching(/^fffb/), status: 2 } });
  });
});
