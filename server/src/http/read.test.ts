import { type TObject, Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import type { Json } from '../lib/json.ts';
import { idField, pageSizeField, timeField, withDefault } from './fields.ts';
import { readBody, readQuery } from './read.ts';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

/** The sentences of the refusal. */
function faultsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof AppError && error.errorName === 'validation_failed')
      return error.details.errors ?? [];
    throw error;
  }
  return [];
}

const body = (value: Json) => ({ body: { value, raw: JSON.stringify(value) } });

describe('a query', () => {
  const schema = Type.Object({
    id: Type.String(),
    state: Type.Optional(Type.Enum(['open', 'over'])),
    order: withDefault(Type.Enum(['newest', 'oldest']), 'newest'),
    limit: pageSizeField({ max: 50, usual: 20 }),
    from: Type.Optional(timeField('Since.')),
    after: Type.Optional(idField('After it.')),
    late: Type.Optional(Type.Boolean()),
  });
  const faults = (query: object) => faultsOf(() => readQuery({ query }, schema));

  it('is read in the types of its schema', () => {
    const query = { id: 'x', state: 'over', limit: '7', from: '1764000000', after: ID, late: 'false' };
    const read = { ...query, order: 'newest', limit: 7, from: 1_764_000_000, late: false };
    expect(readQuery({ query }, schema)).toEqual(read);
  });

  it('has numbers of nine digits at most, and times of ten', () => {
    expect(readQuery({ query: { id: 'x', limit: '000000005' } }, schema).limit).toBe(5);
    expect(faults({ id: 'x', limit: '0000000005' })).toEqual(['limit: must be a whole number from 1 to 50']);
    expect(readQuery({ query: { id: 'x', from: '0764000000' } }, schema).from).toBe(764_000_000);
  });

  it('has the defaults of its schema where nothing or an empty text was given', () => {
    const filled = { id: 'x', order: 'newest', limit: 20 };
    expect(readQuery({ query: { id: 'x' } }, schema)).toEqual(filled);
    expect(readQuery({ query: { id: 'x', limit: '', state: '', order: '' } }, schema)).toEqual(filled);
  });

  it('is refused with one sentence for each parameter that is at fault', () => {
    const wrong = { state: 'done', order: ['a', 'b'], limit: '51', from: '-1', after: 'x', late: 'maybe' };
    expect(faults(wrong)).toEqual([
      'id: is required',
      'state: must be one of open, over',
      'order: is given more than once',
      'limit: must be a whole number from 1 to 50',
      'from: must be a time in Unix seconds',
      'after: must be an id as a list gives it',
      'late: must be of type boolean',
    ]);
  });

  it.each(['0', '1.5', '1e1', ' 7', '0x7', '٣', '99999999999'])('takes no limit of %j', (limit) => {
    expect(faults({ id: 'x', limit })).toEqual(['limit: must be a whole number from 1 to 50']);
  });

  it('takes no text that is long or has control characters', () => {
    expect(faults({ id: 'x'.repeat(301) })).toEqual(['id: is not a valid text']);
    expect(faults({ id: 'a\u0000' })).toEqual(['id: is not a valid text']);
    expect(faults({ id: 'x'.repeat(300) })).toEqual([]);
  });

  it('may have names that are not known', () => {
    expect(readQuery({ query: { id: 'x', _: '1', limits: ['a', 'b'] } }, schema)).not.toHaveProperty('_');
  });
});

describe('a body', () => {
  const schema = Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 5 }),
      mode: Type.Enum(['live', 'test']),
      weight: withDefault(Type.Integer({ minimum: 1, maximum: 9 }), 1),
      note: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      share: Type.Optional(Type.Number({ minimum: 0 })),
      ids: Type.Optional(Type.Array(idField('One.'), { minItems: 1, maxItems: 2 })),
      fields: Type.Optional(Type.Record(Type.String(), Type.String())),
      place: Type.Optional(
        Type.Object({ city: Type.String(), zone: Type.Boolean() }, { additionalProperties: false }),
      ),
    },
    { additionalProperties: false },
  );
  const good = { name: 'a', mode: 'live' } as const;
  const faults = (value: Json, of: TObject = schema) => faultsOf(() => readBody(body(value), of));

  it('is read as it is, with the defaults of its schema', () => {
    expect(readBody(body(good), schema)).toEqual({ ...good, weight: 1 });
    const full = {
      ...good,
      weight: 9,
      note: null,
      share: 0.5,
      ids: [ID],
      fields: { key: 'x' },
      place: { city: 'x', zone: true },
    };
    expect(readBody(body(full), schema)).toEqual(full);
  });

  it('is refused with a sentence for each fault, wherever it lies', () => {
    const wrong = {
      name: '',
      weight: '1',
      note: 7,
      share: -1,
      ids: ['x', null, ID],
      fields: { key: 1 },
      place: { city: 1, zon: true },
    };
    expect(faults(wrong)).toEqual([
      'name: must not be empty',
      'mode: is required and must be one of live, test',
      'weight: must be a whole number from 1 to 9',
      'note: must be of type string',
      'share: must be a number, at least 0',
      'ids: must have at most 2 items',
      'ids[0]: must be an id as a list gives it',
      'ids[1]: must be an id as a list gives it',
      'fields.key: must be of type string',
      'place.city: is required and must be of type string',
      'place.zone: is required and must be of type boolean',
      'place.zon: is not known here',
    ]);
  });

  it('coerces nothing, and takes null only where the schema has it', () => {
    expect(faults({ ...good, name: 7 })).toEqual(['name: is required and must be of type string']);
    expect(faults({ ...good, name: null })).toEqual(['name: is required and must be of type string']);
    expect(faults({ ...good, weight: null })).toEqual(['weight: must be a whole number from 1 to 9']);
    expect(faults({ ...good, weight: 1.5 })).toEqual(['weight: must be a whole number from 1 to 9']);
    expect(faults({ ...good, mode: 'lively' })).toEqual(['mode: must be one of live, test']);
    expect(faults({ ...good, name: '👩‍🚀👩' })).toEqual([]);
  });

  it('has no name that is not known where the schema is closed', () => {
    expect(faults({ ...good, wieght: 2, x: 1 })).toEqual([
      'wieght: is not known here; did you mean weight?',
      'x: is not known here',
    ]);
  });

  it('may have other names where the schema is open, unless one looks like one that is missing', () => {
    const open = Type.Object({ task_id: Type.String() });
    expect(readBody(body({ task_id: 'x', taskid: 'y' }), open)).toEqual({ task_id: 'x' });
    expect(faults({ taskId: 'x', other: 1 }, open)).toEqual([
      'task_id: is required and must be of type string',
      'taskId: is not known here; did you mean task_id?',
    ]);
  });

  it('must be an object', () => {
    expect(faults([])).toEqual([
      'name: is required and must be of type string',
      'mode: is required and must be one of live, test',
    ]);
    expect(faults('x', Type.Object({ note: Type.Optional(Type.String()) }))).toEqual([
      'body: must be a JSON object',
    ]);
  });

  it('is refused with fifty sentences at most, and the number of the others', () => {
    const names = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`${'n'.repeat(200)}${at}`, 1]));
    const sentences = faults({ ...good, ...names });
    expect([sentences.length, sentences.at(-1)]).toEqual([51, '10 more faults']);
    expect(sentences[0].length).toBeLessThan(150);
  });
});
