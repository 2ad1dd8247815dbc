import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/json.ts';
import { eachOf, incidental, orNull, readAmount, readAs, readEach, readWire, unreadOf } from './wire.ts';

const taskSchema = Type.Object({
  status: Type.String({ minLength: 1 }),
  done: orNull(Type.Boolean()),
  seed: incidental(Type.Number()),
  usage: incidental(
    Type.Object({ tokens: incidental(Type.Number({ minimum: 0 })), note: incidental(Type.String()) }),
  ),
  files: incidental(eachOf(Type.Object({ url: Type.String({ minLength: 1 }) }))),
});

function read(value: Json) {
  const task = readWire(taskSchema, value);
  return task && { ...task, ...unreadOf(task) };
}

describe('A3: a field that does not decide', () => {
  it.each<[Json, object]>([
    [{ seed: 7 }, { seed: 7 }],
    [{ seed: '7' }, { seed: 7 }],
    [{ seed: ' 48600.5 ' }, { seed: 48600.5 }],
    [{ seed: null }, {}],
    [{ seed: '' }, {}],
    [{ seed: '50%' }, { unread: ['seed'] }],
    [{ seed: '1e9' }, { unread: ['seed'] }],
    [{ seed: [7] }, { unread: ['seed'] }],
    [{ usage: { tokens: '12', note: 5 } }, { usage: { tokens: 12, note: '5' } }],
    [{ usage: { tokens: -1, note: {} } }, { usage: {}, unread: ['usage.tokens', 'usage.note'] }],
    [{ usage: 'none' }, { unread: ['usage'] }],
    [
      { files: [{ url: 'a' }, null, { url: 7 }, {}] },
      { files: [{ url: 'a' }, { url: '7' }], unread: ['files[]'] },
    ],
    [{ files: {} }, { unread: ['files'] }],
    [{ further: { field: 1 } }, { further: { field: 1 } }],
  ])('%j is read as %j', (value, wanted) => {
    expect(read({ status: 'done', ...(value as object) })).toEqual({ status: 'done', ...wanted });
  });
});

describe('A3: a field that decides', () => {
  it.each<Json>([
    {},
    { status: null },
    { status: '' },
    { status: ['done'] },
    { status: 'x', done: 1 },
    [],
    null,
    'done',
  ])('makes %j unreadable', (value) => {
    expect(read(value)).toBeUndefined();
  });

  it.each<[Json, unknown]>([
    [{ id: 'a' }, 'a'],
    [{ id: 831922345719271 }, '831922345719271'],
    // JSON has already lost its last digits.
    [{ id: 831922345719271400000 }, undefined],
    [{ id: true }, undefined],
  ])('is an id in %j only if it is exact', (value, id) => {
    expect(readWire(Type.Object({ id: Type.String() }), value)?.id).toBe(id);
  });

  it('may be missing or null if that has a meaning', () => {
    expect(read({ status: 'x', done: null })).toEqual({ status: 'x', done: null });
    expect(read({ status: 'x', done: 'true' })).toEqual({ status: 'x', done: true });
  });
});

it('A3: one odd item of a list leaves the others readable', () => {
  expect(readEach(taskSchema, [{ status: 'a' }, 7, null, {}, { status: 'b', seed: {} }])).toEqual([
    { status: 'a' },
    { status: 'b' },
  ]);
});

it('A3: what the server wrote is read without repair', () => {
  expect(readAs(Type.Object({ id: Type.String() }), { id: 7 })).toBeUndefined();
});

it.each([
  ['3.008', 3.008],
  [' 0 ', 0],
  ['-1', undefined],
  ['three', undefined],
  ['', undefined],
  ['1e3', undefined],
])('A4: the header value %j is read as %s', (text, amount) => {
  expect(readAmount(text)).toBe(amount);
});
