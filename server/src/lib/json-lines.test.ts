import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findLines } from './json-lines.ts';

it('finds the line of each value, and of the nearest one above where there is none', () => {
  const text =
    '{\n  "models": [\n    { "a\\"b": 1 },\n    {\n      "price": { "x": [true,\n null] }\n    }\n  ]\n}';
  const lineOf = findLines(text);
  expect(lineOf([])).toBe(1);
  expect(lineOf(['models', 0, 'a"b'])).toBe(3);
  expect(lineOf(['models', 1])).toBe(4);
  expect(lineOf(['models', 1, 'price', 'x', 1])).toBe(6);
  expect(lineOf(['models', 1, 'price', 'none', 'deeper'])).toBe(5);
  expect(lineOf(['nothing'])).toBe(1);
});

it('reads every JSON text to its end', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify({ before: value, last: 1 }, null, 2);
      expect(findLines(text)(['last'])).toBe(text.split('\n').length - 1);
    }),
  );
});
