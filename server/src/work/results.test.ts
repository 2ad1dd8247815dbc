import { expect, it } from 'vitest';
import type { Output } from '../providers/contract.ts';
import { stemOf } from './results.ts';

it.each<[Output['kind'][], string[]]>([
  [['video'], ['video']],
  [
    ['video', 'image'],
    ['video', 'last-frame'],
  ],
  [
    ['image', 'image'],
    ['image', 'image'],
  ],
  [
    ['audio', 'audio', 'image'],
    ['audio', 'audio', 'cover'],
  ],
])('files of %j are called %j', (kinds, names) => {
  const all = kinds.map((kind) => ({ kind, contentType: '', url: '' }));
  expect(all.map((output) => stemOf(output, all))).toEqual(names);
});
