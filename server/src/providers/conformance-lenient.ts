// The generated part of the conformance suite: every answer of every fixture, with one field at a time given
// another type, set to null or left out, and with unknown fields added. A field that does not decide changes
// nothing, and a final state stays final. No socket is opened, so thousands of cases take a second. Only for
// tests.
import { expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import type { Fixture } from './conformance-replay.ts';
import type { ApiAnswer, FindOutcome, HintOutcome, PollOutcome, StartOutcome } from './contract.ts';

/** The fields of an adapter that decide, by their paths in answers: `error.code`, `items[].status`. */
export interface Essentials {
  /** What says which state a task is in; words are read without their case. */
  state: readonly string[];
  /** What else ends a task; read exactly as written. */
  ends?: readonly string[];
  /** A change of these may have any outcome. */
  decides?: readonly string[];
  /** Where files are: a success without one still means that a video was made. */
  file?: readonly string[];
  /**
   * The reason, or the address to ask at: these may change the reason or the reference, but never the kind of
   * outcome.
   */
  details?: readonly string[];
}

/** Performs a fixture with its answers in place of the network's. */
export type PerformFixture = (fixture: Fixture, answers: readonly ApiAnswer[]) => Promise<unknown>;

/** A change of one field. @property path with indexes as `[]`. */
interface Change {
  path: string;
  how: string;
  body: Json;
}

type Tier = 'state' | 'ends' | 'decides' | 'file' | 'details' | 'incidental';

const TIERS = ['state', 'ends', 'decides', 'file', 'details'] as const;

/** The tier of a field also holds for everything in it. */
function tierOf(path: string, essentials: Essentials): Tier {
  const holds = (inner: string) =>
    inner === path || inner.startsWith(`${path}.`) || inner.startsWith(`${path}[`);
  return TIERS.find((tier) => essentials[tier]?.some(holds)) ?? 'incidental';
}

/** Values of other types, and a number as text. */
function othersThan(value: Json): Json[] {
  const words = 'not what it says: 50%';
  switch (typeof value) {
    case 'string':
      return [{ odd: [1] }, [], 12.5, true];
    case 'number':
      return [words, String(value), {}, [value], true];
    case 'boolean':
      return [words, {}, [], 12.5];
    default:
      return Array.isArray(value) ? [words, {}, 7] : [words, [], 7];
  }
}

/** Deeper values of a body are not tried one by one. */
const DEPTH_MAX = 8;

/** What replaces a value; undefined leaves the field out. */
type Alternatives = (value: Json, path: string) => readonly (Json | undefined)[];

/** Names that are ids. */
const ID = /^(?=.*\d)[0-9a-f-]+$/;

function pathTo(path: string, name: string, isList: boolean): string {
  if (isList) return `${path}[]`;
  const part = ID.test(name) ? '*' : name;
  return path === '' ? part : `${path}.${part}`;
}

function* changesOf(body: Json, alternatives: Alternatives, path = '', depth = 0): Generator<Change> {
  if (typeof body !== 'object' || body === null || depth > DEPTH_MAX) return;
  const isList = Array.isArray(body);
  const put = (name: string, value: Json | undefined): Json => {
    if (isList) return body.map((item, at) => (String(at) === name ? (value ?? null) : item));
    const { [name]: _old, ...rest } = body;
    return value === undefined ? rest : { ...rest, [name]: value };
  };
  for (const [name, value] of Object.entries(body)) {
    const inner = pathTo(path, name, isList);
    for (const other of alternatives(value, inner)) {
      const how = other === undefined ? 'left out' : `as ${JSON.stringify(other)}`;
      yield { path: inner, how, body: put(name, other) };
    }
    for (const change of changesOf(value, alternatives, inner, depth + 1)) {
      yield { ...change, body: put(name, change.body) };
    }
  }
}

/** Another type, null, or nothing. */
function oddities(value: Json): (Json | undefined)[] {
  return [...othersThan(value), null, undefined];
}

/** One more field, and one more item that cannot be read. */
function withMore(value: Json): Json[] {
  if (Array.isArray(value))
    return [
      [...value, null],
      [...value, { odd: 1 }],
    ];
  return isObject(value) ? [{ ...value, not_in_any_document: { deep: [1] } }] : [];
}

/** The same words in another case. */
function spellings({ state }: Essentials): Alternatives {
  return (word, path) =>
    typeof word === 'string' && word !== '' && state.includes(path)
      ? [word.toUpperCase(), word.toLowerCase(), ` ${word} `]
      : [];
}

type AnyOutcome = StartOutcome | PollOutcome | FindOutcome | HintOutcome;

/** What must not change: the kind of an outcome, its files, its reference, its reason. */
function gistOf(outcome: unknown): JsonObject {
  const { type } = outcome as AnyOutcome;
  const { reference, failure, success } = outcome as {
    reference?: JsonObject;
    failure?: { reason: string };
    success?: { outputs: { url?: string; kind: string }[] };
  };
  return {
    type,
    ...(reference && { reference: { ...reference, submitted_at_ms: null } }),
    ...(failure && { reason: failure.reason }),
    ...(success && { files: success.outputs.map(({ kind, url }) => `${kind} ${url}`) }),
  };
}

function gistsOf(outcome: unknown): JsonObject[] {
  return (Array.isArray(outcome) ? outcome : [outcome]).map(gistOf);
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Only a list that can be read as a whole proves that something is not in it. */
function isDoubt(was: JsonObject, is: JsonObject): boolean {
  const isOpen = is.type === 'unanswered' || is.type === 'unclear';
  return isOpen && (was.type === 'none' || was.reason === 'lost');
}

/** Whether the outcome of a change is allowed. */
function isAllowed(
  tier: Tier,
  { path, before, after, isFinal }: { path: string; before: unknown; after: unknown; isFinal: boolean },
): boolean {
  const [was, is] = [gistsOf(before), gistsOf(after)];
  if (was.every((gist, at) => same(gist, is[at]) || isDoubt(gist, is[at]))) return true;
  const isOfList = Array.isArray(before);
  // One odd item of a list affects that item alone, and what the list does not show.
  const others = was.filter((gist, at) => !same(gist, is[at]) && !isDoubt(gist, is[at]));
  if (isOfList && path.includes('[]') && others.length > 1) return false;
  switch (tier === 'decides' && isFinal ? 'details' : tier) {
    case 'details':
      return was.every(({ type }, at) => type === is[at].type);
    case 'file':
      return [after].flat().every((outcome) => {
        const { type, failure } = outcome as { type: string; failure?: { isMade?: true } };
        return type !== 'unanswered' || isOfList || failure?.isMade === true;
      });
    case 'state':
    case 'ends':
    case 'decides':
      return true;
    case 'incidental':
      return false;
  }
}

function answersOf({ exchanges }: Fixture): ApiAnswer[] {
  return exchanges.map(({ response: { status, headers = {}, body } }) => ({
    status,
    headers,
    json: typeof body === 'string' ? undefined : body,
  }));
}

/**
 * The changed answers of a fixture, and its changed callback. Fields that must stay the same belong to no
 * tier.
 */
function* variantsOf(fixture: Fixture, essentials: Essentials) {
  const answers = answersOf(fixture);
  const { callback } = fixture;
  const isFree = (path: string) => tierOf(path, essentials);
  const kinds: [Alternatives, (path: string) => Tier][] = [
    [oddities, isFree],
    // For a list that must be whole, because something is proven by what is not in it.
    [withMore, (path) => (essentials.ends?.includes(path) ? 'ends' : 'incidental')],
    [spellings(essentials), () => 'incidental'],
  ];
  for (const [alternatives, tier] of kinds) {
    for (const [at, { json = null }] of answers.entries()) {
      for (const change of changesOf(json, alternatives)) {
        const changed = answers.map((answer, other) =>
          other === at ? { ...answer, json: change.body } : answer,
        );
        yield { change, tier: tier(change.path), fixture, answers: changed };
      }
    }
    for (const change of callback ? changesOf(callback.body, alternatives) : []) {
      const changed = { ...fixture, callback: callback && { ...callback, body: change.body } };
      yield { change, tier: tier(change.path), fixture: changed, answers };
    }
  }
}

/**
 * Whether the fixture showed a task in its last state. That a task is missing is reported differently, as an
 * error.
 */
function isFinal({ operation, exchanges }: Fixture, outcome: unknown): boolean {
  const { type } = outcome as AnyOutcome;
  const isShown = exchanges.every(({ response }) => response.status === 200);
  return operation === 'poll' && isShown && (type === 'failed' || type === 'succeeded');
}

const SHOWN_MAX = 40;

/** One test for all fixtures of an adapter. A failure names fixture, field and change. */
export function describeLeniency(
  essentials: Essentials,
  suite: { fixtures(): readonly [string, Fixture][]; perform: PerformFixture },
): void {
  it('A3: fields that do not decide never change the outcome of an answer', async () => {
    const { perform } = suite;
    const fixtures = suite.fixtures();
    const faults: string[] = [];
    let count = 0;
    for (const [name, fixture] of fixtures) {
      const before = await perform(fixture, answersOf(fixture));
      for (const { change, tier, answers, fixture: changed } of variantsOf(fixture, essentials)) {
        const { path } = change;
        count += 1;
        const after = await perform(changed, answers);
        if (isAllowed(tier, { path, before, after, isFinal: isFinal(fixture, before) })) continue;
        faults.push(
          `${name}: ${change.path} ${change.how}: ${JSON.stringify([gistsOf(before), gistsOf(after)])}`,
        );
      }
    }
    expect(faults.slice(0, SHOWN_MAX)).toEqual([]);
    expect(count).toBeGreaterThan(fixtures.length);
  });
}
