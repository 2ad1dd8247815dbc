import { describe, expect, it } from 'vitest';
import { checkFields, type FieldRules } from './fields.ts';

const RULES: FieldRules = {
  prompt: { type: 'string', required: true, lengthMin: 1, lengthMax: 5 },
  seconds: { type: 'integer', min: 2, max: 12 },
  ratio: { type: 'string', values: ['16:9', '1:1'] },
  images: { type: 'array', lengthMax: 2, items: { type: 'string', check: () => undefined } },
  even: { type: 'number', check: (value) => (Number(value) % 2 === 0 ? undefined : 'is odd') },
  camera: { type: 'object', fields: { zoom: { type: 'boolean', required: true } } },
};

describe('the check of fields', () => {
  it('accepts what fits, limits included', () => {
    const body = {
      prompt: 'a🌊bcd',
      seconds: 12,
      ratio: '1:1',
      images: ['a', 'b'],
      even: 4,
      camera: { zoom: false },
    };
    expect(checkFields(body, RULES)).toEqual([]);
  });

  it.each([
    [{ prompt: 'a', colour: 1 }, ['colour', 'unknown']],
    [{}, ['prompt', 'missing']],
    [{ prompt: null }, ['prompt', 'type']],
    [{ prompt: '' }, ['prompt', 'value']],
    [{ prompt: 'abcdef' }, ['prompt', 'value']],
    [{ prompt: 'a', seconds: 2.5 }, ['seconds', 'type']],
    [{ prompt: 'a', seconds: '5' }, ['seconds', 'type']],
    [{ prompt: 'a', seconds: 1 }, ['seconds', 'value']],
    [{ prompt: 'a', seconds: 13 }, ['seconds', 'value']],
    [{ prompt: 'a', ratio: '4:3' }, ['ratio', 'value']],
    [{ prompt: 'a', images: 'a' }, ['images', 'type']],
    [{ prompt: 'a', images: ['a', 'b', 'c'] }, ['images', 'value']],
    [{ prompt: 'a', images: ['a', 1] }, ['images.1', 'type']],
    [{ prompt: 'a', even: 3 }, ['even', 'value']],
    [{ prompt: 'a', camera: [] }, ['camera', 'type']],
    [{ prompt: 'a', camera: {} }, ['camera.zoom', 'missing']],
    [{ prompt: 'a', toString: 1 }, ['toString', 'unknown']],
  ])('names the fault of %j', (body, [field, problem]) => {
    expect(checkFields(body, RULES)).toEqual([{ field, problem, message: expect.any(String) }]);
  });

  it('finds every fault at once', () => {
    const faults = checkFields({ seconds: 1, colour: 1 }, RULES);
    expect(faults.map(({ field }) => field)).toEqual(['seconds', 'colour', 'prompt']);
  });
});
