import { expect, it } from 'vitest';
import { crunForm } from './create-body.ts';

it('the rest of a body: model, input, callback_url and max_credits, and nothing else', () => {
  const good = { model: 'm', input: {}, callback_url: 'https://e.com', max_credits: 0 };
  expect(crunForm.findEnvelopeFaults(good)).toEqual({ errors: [], unknown: [] });
  expect(crunForm.findEnvelopeFaults({ model: 'm', input: {}, callback_url: '' })).toEqual({
    errors: [],
    unknown: [],
  });
  expect(
    crunForm.findEnvelopeFaults({ model: 'm', input: {}, callback_url: null, toString: 1 }).unknown,
  ).toEqual(['toString']);
  expect(
    crunForm.findEnvelopeFaults({ model: null, input: null, callback_url: false, max_credits: null }).errors,
  ).toEqual([
    'model: must be of type string',
    'input: must be of type object',
    'callback_url: must be of type string',
    'max_credits: must be a number from 0 to 1000000000',
  ]);
  const names = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`n${at}`, 0]));
  const crowd = crunForm.findEnvelopeFaults({ model: 'm', input: {}, ...names });
  expect(crowd.unknown.at(-1)).toBe('* (19950 more names)');
});
