// Makes a fixture from a recording: it redacts the answers, performs the same operation against them as the
// conformance suite does, and writes down the requests of that replay. If a replay would ask or understand
// something else, no fixture is made.
import { type Json, type JsonObject, parseOwnJson } from '../../lib/json.ts';
import { DAY_MS, steadyClock, systemClock } from '../../lib/time.ts';
import type { CallContext, Provider, Reference, StartRequest } from '../contract.ts';
import { createProviderHttp, type ProviderSockets } from '../http.ts';
import { answerFrom, type Exchange } from './exchanges.ts';
import { type Fixture, type FixtureExchange, REPLAYED_START } from './fixture-form.ts';
import type { Redaction } from './redaction.ts';
import { readBody, readQuery } from './wire-form.ts';

/** The base of all addresses of an account in a replay. */
const BASE = 'https://replay.invalid';
const SECRET = 'replayed-secret-0123456789';
const PICTURE = Buffer.from('iVBORw0KGgo=', 'base64');
const ROUNDS_MAX = 5;
/** The picture of a replay has another type than the one that was sent. */
const MEDIA_TYPE = /^(image|video|audio)\/[\w.+-]+$/;
/** A replay may come years later. */
const LATER_MS = 400 * DAY_MS;

/** One operation that was performed at the service. */
export interface Recorded {
  operation: 'start' | 'poll' | 'pollMany' | 'cancel' | 'find' | 'probe';
  about: string;
  exchanges: readonly Exchange[];
  /** Its outcome there. */
  outcome: Json;
  /** For a start and a find, without what `REPLAYED_START` says; pictures are at example addresses. */
  start?: Omit<StartRequest, keyof typeof REPLAYED_START>;
  /** As the fixture of its start names the job. */
  references?: readonly Reference[];
}

/** The account that was recorded, and what replaces its addresses and values. */
export interface Recording {
  provider: Provider;
  /** Its fields, with fallbacks filled in. */
  fields: Readonly<Record<string, string>>;
  redaction: Redaction;
  sockets: ProviderSockets;
  source: string;
  /** YYYY-MM-DD */
  date: string;
}

/** Why a recording cannot be replayed; the sentence is for the operator. */
export class NotReplayable extends Error {
  override readonly name = 'NotReplayable';
}

function isAddress({ name, fallback = '' }: { name: string; fallback?: string }): boolean {
  return /^https?:/.test(fallback) || name.endsWith('_url');
}

/** The fields of a credential as the suite has them. */
function replayedFields({ provider, fields }: Recording): Record<string, string> {
  return Object.fromEntries(
    provider.facts.credential.map((field, at) => {
      const { name, isSecret, fallback = '' } = field;
      if (isAddress(field)) return [name, BASE];
      if (isSecret) return [name, fields[name] ? `${SECRET}-${at}` : ''];
      return [name, fallback];
    }),
  );
}

function addressesOf({ provider, fields }: Recording): string[] {
  const own = provider.facts.credential.filter(isAddress).map(({ name }) => fields[name] ?? '');
  const whole = own.filter((address) => URL.canParse(address)).map((address) => address.replace(/\/+$/, ''));
  const origins = whole.map((address) => new URL(address).origin);
  return [...new Set([...whole, ...origins])].sort((one, other) => other.length - one.length);
}

/** An answer as it will be replayed. */
function redactAnswer(recording: Recording, { status, headers, body }: Exchange) {
  let text = body.toString('utf8');
  for (const address of addressesOf(recording)) text = text.replaceAll(address, BASE);
  const { redaction } = recording;
  const json = readBody(Buffer.from(text), '');
  const clean = json === undefined ? redaction.text(text) : JSON.stringify(redaction.json(json));
  return { status, headers: redaction.headers(headers) ?? {}, body: Buffer.from(clean) };
}

type Answer = Pick<Exchange, 'status' | 'headers' | 'body'>;

interface Replayed {
  asked: Exchange[];
  outcome: Json;
}

async function replay(
  recording: Recording,
  recorded: Recorded,
  { answers, nowMs }: { answers: readonly Answer[]; nowMs: number },
): Promise<Replayed> {
  const { provider } = recording;
  const asked: Exchange[] = [];
  const sockets = answerFrom(recording.sockets, answers, asked);
  const credential = { id: 'recording', fields: replayedFields(recording) };
  const context: CallContext = {
    credential,
    http: createProviderHttp(sockets, credential, provider.facts.credential),
    clock: () => nowMs,
    steady: steadyClock,
    readImage: async (url) => ({
      bytes: Buffer.concat([PICTURE, Buffer.from(url)]),
      contentType: 'image/png',
    }),
  };
  const outcome = await perform(provider, recorded, context);
  return { asked, outcome: parseOwnJson(JSON.stringify(outcome ?? null)) };
}

/** The operation as the suite performs it. */
export async function perform(
  provider: Provider,
  { operation, start, references = [] }: Pick<Recorded, 'operation' | 'start' | 'references'>,
  context: CallContext,
) {
  const [reference] = references;
  const request = () => {
    if (!start) throw new Error(`a ${operation} was recorded without its request`);
    return { ...start, ...REPLAYED_START };
  };
  switch (operation) {
    case 'start':
      return provider.start(request(), context);
    case 'find':
      return provider.find?.(request(), context);
    case 'poll':
      return provider.poll(reference, context);
    case 'pollMany':
      return provider.pollMany?.(references, context);
    case 'cancel':
      return provider.cancel?.(reference, context);
    case 'probe':
      return provider.probe(context);
  }
}

function leavesOf(value: Json | undefined, into: string[] = []): string[] {
  if (typeof value === 'string') into.push(value);
  else if (Array.isArray(value)) for (const item of value) leavesOf(item, into);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      into.push(name);
      leavesOf(item, into);
    }
  }
  return into;
}

/**
 * The texts of a request by their place. Path segments are counted from the end, since the bases of two
 * accounts differ.
 */
function textsOf({ url, requestBody, requestHeaders }: Exchange): string[][] {
  const { searchParams, pathname } = new URL(url);
  const body = readBody(requestBody, requestHeaders['content-type'] ?? '');
  const path = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  return [path.reverse(), [...searchParams.values()], leavesOf(body)];
}

/** Pairs of texts at the same place of two requests. */
function* pairsOf(one: Exchange, other: Exchange): Generator<[string, string]> {
  const others = textsOf(other);
  for (const [group, texts] of textsOf(one).entries()) {
    for (const [place, text] of texts.entries()) {
      const counterpart = others[group][place];
      if (counterpart !== undefined && counterpart !== text) yield [text, counterpart];
    }
  }
}

/**
 * Learns what stands for what from the requests of the recording and those of the replay; true if it learned
 * something.
 */
function learn(recording: Recording, real: readonly Exchange[], asked: readonly Exchange[]): boolean {
  let hasLearned = false;
  // The first request that says something says it on its own; later ones may repeat an answer.
  const said = new Set<string>();
  for (const [at, exchange] of asked.entries()) {
    for (const [one, other] of pairsOf(real[at], exchange)) {
      if (MEDIA_TYPE.test(one) || said.has(one)) continue;
      said.add(one);
      if (recording.redaction.text(one) === other) continue;
      recording.redaction.learn(one, other);
      hasLearned = true;
    }
  }
  return hasLearned;
}

function typeOf(outcome: Json): string {
  const one = Array.isArray(outcome) ? outcome[0] : outcome;
  return String((one as JsonObject | null)?.type);
}

/** What two outcomes have in common: everything else changes with time. */
function common(one: Json, other: Json | undefined): Json | undefined {
  if (JSON.stringify(one) === JSON.stringify(other)) return one;
  const areObjects = [one, other].every(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  if (!areObjects) return undefined;
  const members = Object.entries(one as JsonObject).flatMap(([name, member]) => {
    const shared = common(member, (other as JsonObject)[name]);
    return shared === undefined ? [] : [[name, shared]];
  });
  return Object.fromEntries(members) as JsonObject;
}

/** The request headers that a replay must have: those with the key, if every account has that key. */
function headersOf(
  { provider }: Recording,
  { requestHeaders }: Exchange,
): Record<string, string> | undefined {
  const first = provider.facts.credential.find(({ isSecret }) => isSecret);
  if (!first || first.fallback !== undefined) return undefined;
  const own = `${SECRET}-${provider.facts.credential.indexOf(first)}`;
  const kept = Object.entries(requestHeaders).filter(([, value]) => value.includes(own));
  return kept.length === 0
    ? undefined
    : Object.fromEntries(kept.map(([name, value]) => [name, value.replaceAll(own, '{{secret}}')]));
}

function toExchange(recording: Recording, asked: Exchange): FixtureExchange {
  const url = new URL(asked.url);
  const query = readQuery(url);
  const body = readBody(asked.requestBody, asked.requestHeaders['content-type'] ?? '');
  const headers = headersOf(recording, asked);
  const json = readBody(asked.body, '');
  return {
    request: {
      method: asked.method,
      path: decodeURIComponent(url.pathname),
      ...(Object.keys(query).length === 0 ? {} : { query }),
      ...(headers ? { headers } : {}),
      ...(body === undefined ? {} : { body }),
    },
    response: {
      status: asked.status,
      ...(Object.keys(asked.headers).length === 0 ? {} : { headers: { ...asked.headers } }),
      body: json === undefined ? asked.body.toString('utf8') : json,
    },
  };
}

function withPlaceholders<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  return parseOwnJson<Value>(text.replaceAll(BASE, '{{base}}'));
}

/** Repeats redaction and replay until a replay shows no further pair of values. @throws NotReplayable. */
async function settle(recording: Recording, recorded: Recorded, nowMs: number): Promise<Replayed> {
  const { exchanges } = recorded;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const answers = exchanges.map((exchange) => redactAnswer(recording, exchange));
    const replayed = await replay(recording, recorded, { answers, nowMs });
    if (learn(recording, exchanges, replayed.asked)) continue;
    if (replayed.asked.length === exchanges.length) return replayed;
    break;
  }
  throw new NotReplayable('a replay sends other requests than were recorded');
}

/** The outcome at any time. @throws NotReplayable when the redacted answers mean something else. */
async function outcomeOf(
  recording: Recording,
  recorded: Recorded,
  { replayed, nowMs }: { replayed: Replayed; nowMs: number },
): Promise<Json> {
  const later = await replay(recording, recorded, { answers: replayed.asked, nowMs: nowMs + LATER_MS });
  const outcome = common(replayed.outcome, later.outcome);
  const types = [recorded.outcome, replayed.outcome, later.outcome].map(typeOf);
  if (outcome !== undefined && new Set(types).size === 1) return outcome;
  throw new NotReplayable(
    `the outcome was "${types[0]}", but a replay gives "${types[1]}", later "${types[2]}"`,
  );
}

/**
 * The fixture, and its outcome in a replay, with the references that later operations name.
 * @throws NotReplayable.
 */
export async function makeFixture(
  recording: Recording,
  recorded: Recorded,
): Promise<{ fixture: Fixture; outcome: Json }> {
  const { operation, about, start, references = [] } = recorded;
  const nowMs = systemClock();
  const replayed = await settle(recording, recorded, nowMs);
  const outcome = await outcomeOf(recording, recorded, { replayed, nowMs });
  const fixture: Fixture = withPlaceholders({
    about,
    obtained: 'recorded',
    source: recording.source,
    date: recording.date,
    operation,
    ...(start ? { model: start.model, input: start.input } : {}),
    ...(start?.template ? { template: start.template } : {}),
    ...(operation === 'poll' || operation === 'cancel' ? { reference: references[0] } : {}),
    ...(operation === 'pollMany' ? { references: [...references] } : {}),
    exchanges: replayed.asked.map((asked) => toExchange(recording, asked)),
    outcome,
  });
  const leaks = recording.redaction.leaks(JSON.stringify(fixture));
  if (leaks.length > 0)
    throw new NotReplayable(`it would have contained ${leaks.length} values of the account`);
  return { fixture, outcome: replayed.outcome };
}
