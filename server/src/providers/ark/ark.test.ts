import { expect, test } from 'vitest';
import { describeConformance } from '../conformance.ts';
import { ark } from './ark.ts';
import { neutralisePrompt } from './map.ts';

describeConformance({
  provider: ark,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { api_key: 'ark-secret-0123456789' },
  reference: { id: 'cgt-20261121000000-abcde' },
});

test.each([
  ['a cat --dur 12', 'a cat dur 12'],
  ['a cat --rs 1080p --ratio 21:9', 'a cat rs 1080p ratio 21:9'],
  ['---dur 12', 'dur 12'],
  ['-- --dur 12', 'dur 12'],
  ['a well--known road -- and more', 'a well--known road -- and more'],
  ['--WM true', 'WM true'],
])('a flag in the prompt %j loses its hyphens and nothing else changes', (prompt, clean) => {
  expect(neutralisePrompt(prompt)).toBe(clean);
});
