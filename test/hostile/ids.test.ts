// Words of providers that become a part of what Reelay sends: names of jobs, addresses of questions. Every
// word of every answer in the fixtures of every adapter is a hostile one in turn, and no call with the key
// may go anywhere except where the calls of the fixtures go.
import { afterAll, describe, expect, it } from 'vitest';
import { isObject } from '../../server/src/lib/json.ts';
import type { Fixture, FixtureExchange } from '../../server/src/providers/conformance-replay.ts';
import { page, startOtherServer } from './other-servers.ts';
import {
  connect,
  fixturesOf,
  listScenes,
  perform,
  type Scene,
  startRehearsal,
  textsIn,
} from './rehearsal.ts';

const rehearsal = await startRehearsal();
const other = await startOtherServer(page(200));
afterAll(() => Promise.all([rehearsal.close(), other.close()]));
const otherHost = new URL(other.url).host;

const HOSTILE = [
  '..',
  '../../admin',
  '7/%2e%2e/admin',
  '7?as=admin#',
  '7\r\nx-injected: 1',
  `${other.url}/v1`,
  `//${otherHost}/v1`,
  `@${otherHost}/`,
  `${rehearsal.base}@${otherHost}/`,
  '\\..\\admin\u0000\ud800',
  'x'.repeat(10_000),
];

/** A member whose name is a number or an id, as in lists of jobs by their ids. */
const NAMED_ID = /\.[^.[]*\d[^.[]*/g;

/** Outcomes of answers from which something continues. */
const GOES_ON = /"type":"(?:accepted|made|found|hint|queued|running|succeeded|stopped)"/;

/** The calls that the fixtures show, with any segment in place of what a reference or an answer names. */
function shapesOf(scene: Scene): RegExp[] {
  const fixtures = fixturesOf(scene, rehearsal.base);
  const answers = fixtures.flatMap(({ exchanges }) => exchanges.map(({ response }) => response.body));
  const references = fixtures.map(({ reference = {} }) => reference);
  const words = textsIn([...answers, ...references]).map(({ text }) => text);
  // Endpoints and operations are references of several segments.
  const parts = textsIn(references).flatMap(({ text }) => (text.includes('://') ? [] : text.split('/')));
  const names = new Set([...words.filter((word) => word.length > 4), ...parts]);
  return fixtures.flatMap(({ exchanges }) => exchanges.map(({ request }) => shapeOf(request, names)));
}

function shapeOf({ method, path }: FixtureExchange['request'], names: ReadonlySet<string>): RegExp {
  const segments = path
    .split('/')
    .map((segment) => (names.has(segment) ? '[^/?#]+' : escapeForPattern(segment)));
  return new RegExp(`^${method} ${segments.join('/')}$`);
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * The answers of a fixture with one word replaced, for every place of a word. A place that another fixture of the same
 * operation and end has is not tried again: fifty endpoints of a provider answer in one form.
 */
function* spoil(
  { operation, outcome, exchanges }: Fixture,
  tried: Set<string>,
): Generator<{ word: string; exchanges: FixtureExchange[] }> {
  const end = isObject(outcome) ? String(outcome.type) : '';
  for (const [at, exchange] of exchanges.entries()) {
    for (const { path, replace } of textsIn(exchange.response.body)) {
      const place = `${operation} ${end} ${at} ${path.replaceAll(NAMED_ID, '.*')}`;
      if (tried.has(place)) continue;
      tried.add(place);
      for (const word of HOSTILE) {
        const spoilt = { ...exchange, response: { ...exchange.response, body: replace(word) } };
        yield { word, exchanges: exchanges.with(at, spoilt) };
      }
    }
  }
}

/** Asserts that what arrived is what the adapter always sends, as far as addresses and headers go. */
function expectUsual(shapes: readonly RegExp[], word: string): void {
  for (const { method, url, rawHeaders } of rehearsal.arrived) {
    const call = `${method} ${url.split('?')[0]}`;
    const isUsual = shapes.some((shape) => shape.test(call));
    expect(isUsual, `${call} after ${JSON.stringify(word.slice(0, 60))}`).toBe(true);
    expect(rawHeaders.join('\n')).not.toMatch(/x-injected/i);
    expect(rawHeaders.filter((name) => name.toLowerCase() === 'host')).toHaveLength(1);
  }
}

describe.each(listScenes())('$name', (scene) => {
  it('calls no other host, and makes no other call, whatever its answers say', async () => {
    const shapes = shapesOf(scene);
    const fixtures = fixturesOf(scene, rehearsal.base);
    const tried = new Set<string>();
    let calls = 0;
    for (const fixture of fixtures.filter(({ outcome }) => GOES_ON.test(JSON.stringify(outcome)))) {
      for (const { word, exchanges } of spoil(fixture, tried)) {
        rehearsal.play(exchanges);
        await perform(connect(scene, rehearsal), fixture);
        expectUsual(shapes, word);
        calls += rehearsal.arrived.length;
      }
    }
    expect(calls).toBeGreaterThan(50);
    expect(other.arrived).toEqual([]);
  });
});
