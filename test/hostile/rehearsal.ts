// Adapters against a server that answers as their fixtures say, except for one hostile word. What arrives
// there is kept as it was on the wire.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import { type Connection, connectFields, type Ways } from '../../server/src/credentials/connections.ts';
import { isObject, type Json, type JsonObject, stringifyStorable } from '../../server/src/lib/json.ts';
import { steadyClock, systemClock } from '../../server/src/lib/time.ts';
import {
  type Fixture,
  type FixtureExchange,
  readFixtures,
} from '../../server/src/providers/conformance-replay.ts';
import { smallestInput } from '../../server/src/providers/conformance-samples.ts';
import type { Provider, Reference, StartRequest } from '../../server/src/providers/contract.ts';
import { createProviderSockets } from '../../server/src/providers/http.ts';
import { PictureRoom } from '../../server/src/providers/pictures.ts';
import { providers } from '../../server/src/providers/registry.ts';

export const SECRET = 'rehearsal-secret-0123456789abcdef';

export interface WireRequest {
  method: string;
  /** As it was in the request line. */
  url: string;
  rawHeaders: string[];
  body: Buffer;
}

export interface Rehearsal {
  base: string;
  arrived: WireRequest[];
  ways: Ways;
  /** The next answers; afterwards 404 and an empty object. */
  play(exchanges: readonly FixtureExchange[]): void;
  close(): Promise<void>;
}

const PNG = Buffer.from('iVBORw0KGgoAAAAN', 'base64');

/** The first exchange that fits the request, otherwise the next one. */
function take(waiting: FixtureExchange[], method: string, path: string): FixtureExchange | undefined {
  const fitting = waiting.findIndex(({ request }) => request.method === method && request.path === path);
  return waiting.splice(Math.max(0, fitting), 1)[0];
}

export async function startRehearsal(): Promise<Rehearsal> {
  let waiting: FixtureExchange[] = [];
  const arrived: WireRequest[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const { method = '', url = '', rawHeaders } = message;
    arrived.push({ method, url, rawHeaders, body: Buffer.concat(chunks) });
    const next = take(waiting, method, url.split('?')[0]);
    const { status, headers, body } = next?.response ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sockets = createProviderSockets(systemClock, 5_000);
  return {
    base: `http://127.0.0.1:${port}`,
    arrived,
    ways: {
      sockets,
      clock: systemClock,
      steady: steadyClock,
      pictures: new PictureRoom(async () => ({ bytes: PNG, contentType: 'image/png' })),
    },
    play(exchanges) {
      waiting = [...exchanges];
      arrived.length = 0;
    },
    async close() {
      await sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An account of its own whose addresses are all the rehearsal's. */
export function connect({ provider, fields }: Scene, { base, ways }: Rehearsal): Connection {
  const values = provider.facts.credential.map(({ name, fallback = '', isSecret, isOptional, way }) => {
    const isAddress = /^https?:/.test(fallback) || name.endsWith('_url');
    return [
      name,
      fields[name] ?? (isAddress ? base : isSecret && (!isOptional || way) ? SECRET : fallback),
    ] as const;
  });
  return connectFields(provider, randomUUID(), Object.fromEntries(values), ways);
}

/** An account of one form, with the fixtures of that form. */
export interface Scene {
  name: string;
  provider: Provider;
  fixtures: URL;
  fields: Readonly<Record<string, string>>;
}

/** Every adapter; one with two ways to call appears twice. */
export function listScenes(): Scene[] {
  const forms: Record<string, { folder: string; fields: Record<string, string> }[]> = {
    'bytedance-effects': [
      { folder: 'form-a/', fields: { access_key: 'AKREHEARSAL', secret_key: SECRET } },
      { folder: 'form-b/', fields: { form: 'b', api_key: SECRET } },
    ],
  };
  return [...providers.values()].flatMap((provider) =>
    (forms[provider.id] ?? [{ folder: '', fields: {} }]).map(({ folder, fields }) => ({
      name: `${provider.id} ${folder}`.trim(),
      provider,
      fixtures: new URL(`../../server/src/providers/${provider.id}/fixtures/${folder}`, import.meta.url),
      fields,
    })),
  );
}

const TEMPLATES: Readonly<Record<string, JsonObject>> = {
  'bytedance-effects': { ServiceId: '980000001', TemplateId: '970000001' },
};

export function requestFor(provider: Provider, name?: string, input?: JsonObject): StartRequest {
  const model = readShippedModels().find(({ model: own, offers }) =>
    name === undefined ? offers.some((offer) => offer.provider === provider.id) : own === name,
  );
  if (!model) throw new Error(`no model ${name} of ${provider.id}`);
  return {
    taskId: '018f0000-0000-7000-8000-000000000001',
    epoch: 1,
    token: 'rl-018f0000000070008000000000000001-1',
    model: model.model,
    input: input ?? smallestInput(model),
    params: model.offers.find((offer) => offer.provider === provider.id)?.params ?? {},
    template: TEMPLATES[provider.id],
    testMode: false,
    intentAtMs: Date.parse('2026-11-21T00:00:00Z'),
  };
}

/**
 * The fixtures of a scene with its addresses filled in. Those without a reference are about the job of the
 * first start.
 */
export function fixturesOf({ fixtures }: Scene, base: string): Fixture[] {
  const text = JSON.stringify(readFixtures(fixtures).map(([, fixture]) => fixture));
  const filled = JSON.parse(text.replaceAll('{{base}}', base).replaceAll('{{secret}}', SECRET)) as Fixture[];
  const begun = filled
    .filter(({ operation }) => operation === 'start')
    .map(({ outcome }) => referenceIn(outcome));
  const reference = begun.find((one) => one !== undefined);
  return filled.map((fixture) => ({ ...fixture, reference: fixture.reference ?? reference }));
}

function referenceIn(outcome: Json): JsonObject | undefined {
  return isObject(outcome) && isObject(outcome.reference) ? outcome.reference : undefined;
}

/** A text in a value. */
export interface TextPlace {
  text: string;
  /** The members that lead to it, with `[]` for any item of a list. */
  path: string;
  replace: (other: string) => Json;
}

/** Every text in a value, with a way to replace it. */
export function textsIn(value: Json): TextPlace[] {
  if (typeof value === 'string') return [{ text: value, path: '', replace: (other) => other }];
  if (Array.isArray(value)) {
    return value.flatMap((item, at) =>
      textsIn(item).map(({ text, path, replace }) => ({
        text,
        path: `[]${path}`,
        replace: (other) => value.with(at, replace(other)),
      })),
    );
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    textsIn(item).map(({ text, path, replace }) => ({
      text,
      path: `.${name}${path}`,
      replace: (other: string) => ({ ...value, [name]: replace(other) }),
    })),
  );
}

/** Performs the operation of a fixture, and everything that may be asked about the job it leads to. */
export async function perform({ provider, context }: Connection, fixture: Fixture): Promise<unknown[]> {
  const request = requestFor(provider, fixture.model, fixture.input);
  const begin = {
    ...request,
    callbackUrl: fixture.callbackUrl,
    template: fixture.template ?? request.template,
  };
  const reference = fixture.reference ?? {};
  switch (fixture.operation) {
    case 'start': {
      const outcome = await provider.start(begin, context);
      return [
        outcome,
        ...(outcome.type === 'accepted' ? await askAll({ provider, context }, outcome.reference) : []),
      ];
    }
    case 'find': {
      const outcome = await provider.find?.(begin, context);
      return [
        outcome,
        ...(outcome?.type === 'found' ? await askAll({ provider, context }, outcome.reference) : []),
      ];
    }
    case 'callback': {
      const { method = 'POST', path = '/', query = '', headers = {}, body = '' } = fixture.callback ?? {};
      const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      const outcome = await provider.parseHint?.({ method, path, query, headers, body: bytes }, context);
      const named = outcome?.type === 'hint' ? outcome.reference : undefined;
      return [outcome, ...(named ? await askAll({ provider, context }, named) : [])];
    }
    case 'poll':
      return [await provider.poll(reference, context)];
    case 'pollMany':
      return [await provider.pollMany?.(fixture.references ?? [reference], context)];
    case 'cancel':
      return [await provider.cancel?.(reference, context)];
    case 'probe':
      return [await provider.probe(context)];
  }
}

async function askAll({ provider, context }: Connection, stored: Reference): Promise<unknown[]> {
  // As it comes out of the database.
  const reference = JSON.parse(stringifyStorable(stored)) as Reference;
  return [
    await provider.poll(reference, context),
    await provider.pollMany?.([reference, reference], context),
    await provider.cancel?.(reference, context),
  ];
}
