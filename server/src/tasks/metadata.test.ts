import { expect, it } from 'vitest';
import { findMetadataFaults, readMetadataFilter, writeMetadata } from './metadata.ts';

it('takes sixteen short texts, and says of each other one what is wrong with it', () => {
  const sixteen = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`name${at}`, 'a text']));
  expect(findMetadataFaults(sixteen)).toEqual([]);
  expect(findMetadataFaults({ ...sixteen, more: '' })).toEqual(['metadata: must have at most 16 names']);
  expect(findMetadataFaults({ ['n'.repeat(40)]: '🎬'.repeat(500), empty: '' })).toEqual([]);
  expect(
    findMetadataFaults({
      ['n'.repeat(41)]: 'a text',
      '': 'a text',
      long: 'x'.repeat(501),
      number: 7,
      line: 'a\nb',
      half: '\ud800',
    }),
  ).toEqual([
    `metadata.${'n'.repeat(40)}: a name must have at most 40 characters`,
    'metadata: a name must not be empty',
    'metadata.long: must have at most 500 characters',
    'metadata.number: must be of type string',
    'metadata.line: must have no control characters',
    'metadata.half: must have no control characters',
  ]);
  expect(findMetadataFaults([])).toEqual(['metadata: must be of type object']);
});

it('keeps the order of the names, and nothing where nothing is given', () => {
  expect(writeMetadata({ zone: 'b', a: '1' })).toBe('{"zone":"b","a":"1"}');
  expect([undefined, null, {}].map(writeMetadata)).toEqual([null, null, null]);
});

it('reads what a query asks for, whatever the name, and refuses what no task can have', () => {
  expect(readMetadataFilter({ limit: '5' })).toBeUndefined();
  expect(readMetadataFilter({ 'metadata.a.b': 'x', 'metadata.c': 'y', 'metadata.d': '' })).toEqual({
    'a.b': 'x',
    c: 'y',
  });
  expect(() => readMetadataFilter({ 'metadata.a': ['x', 'y'] })).toThrow(
    expect.objectContaining({ details: { errors: ['metadata.a: must be of type string'] } }),
  );
});
