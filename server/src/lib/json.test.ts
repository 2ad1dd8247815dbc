import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isObject,
  type Json,
  JsonError,
  parseClientJson,
  readForeignJson,
  stringifyStorable,
  toStorable,
} from './json.ts';

/** A value with its objects as lists of names and values, so that a name can occur twice. */
type Written = null | boolean | number | string | { list: Written[] } | { members: [string, Written][] };

/** Writes JSON with spaces and escapes where the grammar allows them, chosen by a list of numbers. */
function write(value: Written, whims: number[]): string {
  const whim = () => whims.push(whims.shift() ?? 0) && (whims.at(-1) ?? 0);
  const space = () => ['', ' ', '\n\t', '  '][whim() % 4];
  const text = (content: string) =>
    whim() % 3 === 0
      ? `"${[...content].map((letter) => escapeLetter(letter)).join('')}"`
      : JSON.stringify(content);
  const show = (item: Written): string => {
    if (typeof item === 'string') return text(item);
    if (typeof item !== 'object' || item === null) return JSON.stringify(item);
    if ('list' in item) return `[${space()}${item.list.map(show).join(`${space()},${space()}`)}${space()}]`;
    const members = item.members.map(([name, member]) => `${text(name)}${space()}:${space()}${show(member)}`);
    return `{${space()}${members.join(`${space()},${space()}`)}${space()}}`;
  };
  return `${space()}${show(value)}${space()}`;
}

function escapeLetter(letter: string): string {
  return Array.from({ length: letter.length }, (_, at) => letter.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}

function hasNameTwice(value: Written): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('list' in value) return value.list.some(hasNameTwice);
  const names = value.members.map(([name]) => name);
  return new Set(names).size < names.length || value.members.some(([, member]) => hasNameTwice(member));
}

function toValue(value: Written): Json {
  if (typeof value !== 'object' || value === null) return value;
  if ('list' in value) return value.list.map(toValue);
  return Object.fromEntries(value.members.map(([name, member]) => [name, toValue(member)]));
}

const text = fc.oneof(
  fc.constantFrom('a', 'b', '', '"', '\\', ':', '":', '\\":', '{"a":1}', '1', '\\u0041'),
  fc.string({ unit: 'binary', maxLength: 6 }).filter((content) => !content.includes('\0')),
);
const leaf = fc.oneof(text, fc.constantFrom(null, true, false, 0, -1.5, 1e21));
/**
 * No name that begins with a backslash: after an object with the name "\\", V8 13.6 (Node 24.21, seen on 2026-11-21)
 * reads an escaped name at the same place of the next object, as "\u0061", as that backslash.
 */
const name = text.filter((content) => !content.startsWith('\\'));
const { written } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.record({ list: fc.array(tie('written'), { maxLength: 4 }) }),
    fc.record({ members: fc.array(fc.tuple(name, tie('written')), { maxLength: 4 }) }),
  ),
}));
const whims = fc.array(fc.nat(100), { minLength: 1, maxLength: 20 });

describe('JSON from a client', () => {
  it('is refused exactly when an object has a name twice, however it is written', () => {
    let refused = 0;
    fc.assert(
      fc.property(written, whims, (value, choices) => {
        const json = write(value, [...choices]);
        if (hasNameTwice(value)) {
          refused++;
          expect(() => parseClientJson(json)).toThrow('same name twice');
        } else expect(parseClientJson(json)).toEqual(toValue(value));
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(20);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('may not name %s, at any depth', (name) => {
    for (const json of [`{"${name}":1}`, `[{"a":{"${name}":{}}}]`, `{"a":[[{"${name}":null}]]}`]) {
      expect(() => parseClientJson(json)).toThrow(`"${name}" is not allowed`);
    }
    expect(parseClientJson(`["${name}"]`)).toEqual([name]);
  });

  it('is at most 32 levels deep', () => {
    const nest = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(() => parseClientJson(nest(33))).not.toThrow();
    expect(() => parseClientJson(nest(34))).toThrow('32 levels');
  });

  it('that is broken is refused with a reason that repeats none of it', () => {
    for (const json of ['', '{', '{"secret": tru', "{'a':1}", '{"a":01}', '[1,]', 'nul', '"\t"']) {
      let message = '';
      try {
        parseClientJson(json);
      } catch (error) {
        expect(error).toBeInstanceOf(JsonError);
        message = (error as JsonError).message;
      }
      expect(message).toMatch(/^The body is not valid JSON: /);
      expect(message).not.toContain('secret');
    }
  });

  it.each(['\\u0000', '\\ud83d', '\\ude00', '\\ude00\\ud83d', '\\ud83d\\ud83d\\ude00'])(
    'may not hold %s, in a text or in a name',
    (escaped) => {
      for (const json of [`"${escaped}"`, `{"a":["x${escaped}y"]}`, `{"${escaped}":1}`]) {
        expect(() => parseClientJson(json)).toThrow('U+0000');
      }
    },
  );

  it('may hold complete pairs, however they are written', () => {
    expect(parseClientJson('["\\ud83d\\ude00", "😀", "\\\\u0000"]')).toEqual(['😀', '😀', '\\u0000']);
  });

  it.each(['1e999', '-1e999', `1${'0'.repeat(400)}`])('may not hold %s', (number) => {
    expect(() => parseClientJson(`{"a":[${number}]}`)).toThrow('too large');
  });

  it('may hold the largest number and the smallest', () => {
    expect(parseClientJson('[1.7976931348623157e308, 5e-324, -0]')).toEqual([Number.MAX_VALUE, 5e-324, -0]);
  });

  it.each([
    '12345678901234567890',
    '-9007199254740993',
    '0.12345678901234567890',
    '1e-999',
    '80.00000000000000001',
  ])('A7: may not hold %s, which would become another number', (number) => {
    expect(() => parseClientJson(`{"a":{"seed":${number}}}`)).toThrow(
      `The number ${number} (at "seed") cannot be kept as it is written: it would become ${Number(number)}.`,
    );
  });

  it('A7: may hold every number that a double holds, and any digits as text', () => {
    const text =
      '{"a":[1.0,1e2,-1.50E+1,0.1,0.30000000000000004,9007199254740991,1e21],"b":"12345678901234567890"}';
    expect(parseClientJson(text)).toEqual(JSON.parse(text));
    const deep = `${'['.repeat(100_000)}1e1${']'.repeat(100_000)}`;
    expect(() => parseClientJson(deep)).toThrow(JsonError);
  });
});

describe('text from elsewhere', () => {
  it('becomes storable, and is unchanged if it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', '\0', '\ud83d', '\ude00'),
        (before, bad) => {
          const storable = toStorable(before + bad);
          expect(storable.isWellFormed() && !storable.includes('\0')).toBe(true);
          if (bad === '' && !before.includes('\0')) expect(storable).toBe(before);
          expect(storable).toHaveLength((before + bad).length);
        },
      ),
    );
  });

  it('inside of a value is made storable wherever it is', () => {
    expect(stringifyStorable({ a: ['x\0'], b: { c: '\ud800' }, n: 1, z: null })).toBe(
      '{"a":["x\ufffd"],"b":{"c":"\ufffd"},"n":1,"z":null}',
    );
  });
});

describe('JSON of services', () => {
  const read = (text: string) => readForeignJson(Buffer.from(text));
  const deep = (depth: number, inside = '') => `${'['.repeat(depth)}${inside}${']'.repeat(depth)}`;
  const wide = JSON.stringify('x'.repeat(70_000));

  it('A7: keeps the ids of jobs digit by digit, and other numbers as far as they can be held', () => {
    const ids = '"id":7,"task_id":9007199254740993,"TaskId":12345678901234567890,"seed":12345678901234567890';
    expect(read(`{"data":{${ids}}}`)).toEqual({
      data: {
        id: 7,
        task_id: '9007199254740993',
        TaskId: '12345678901234567890',
        seed: 12345678901234567000,
      },
    });
  });

  it('is read, and anything else is undefined', () => {
    expect(read('{"a":[1,null,"[[["]}')).toEqual({ a: [1, null, '[[['] });
    for (const text of ['', '{', '<html>', '{"a":}']) expect(read(text)).toBeUndefined();
  });

  it('is read at any size that a service sends, whatever its texts contain', () => {
    const texts = ['[[[[{{{{,,,,', '\\', '\\"[', '"', '\\\\"', '\u005b'];
    const list = Array.from({ length: 20_000 }, (_, at) => ({
      id: at,
      [`"${at}\\`]: texts[at % texts.length],
    }));
    expect(read(JSON.stringify(list))).toEqual(list);
    expect(read(deep(60, wide))).toBeDefined();
  });

  it.each([
    ['nested without end', deep(100_000)],
    ['nested too deep beside something large', deep(65, wide)],
    ['nothing but empty lists', `[${'[],'.repeat(600_000)}0]`],
    ['nothing but commas', `[${'0,'.repeat(600_000)}0]`],
  ])('that is %s is none', (_what, text) => {
    expect(JSON.parse(text)).toBeDefined();
    expect(read(text)).toBeUndefined();
  });

  it('is read as it would be without the check', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        const large = `[${wide},${text}]`;
        expect(read(large)).toEqual(JSON.parse(large));
      }),
    );
  });
});

it('calls neither null nor an array an object', () => {
  expect([{}, { a: 1 }, null, [], 'x', 1, undefined].map(isObject)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
