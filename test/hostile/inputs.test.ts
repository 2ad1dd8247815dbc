// Words of clients. Whatever is in a prompt, a template's name or a picture's address, each create of each
// adapter goes to the same address with the same headers, and a form has the same parts.
import { afterAll, describe, expect, it } from 'vitest';
import { type Model, readShippedModels } from '../../server/src/catalog/models.ts';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { inputsThatDiffer, smallestInput } from '../../server/src/providers/conformance-samples.ts';
import { page, startOtherServer } from './other-servers.ts';
import {
  connect,
  listScenes,
  requestFor,
  type Scene,
  startRehearsal,
  type WireRequest,
} from './rehearsal.ts';

const rehearsal = await startRehearsal();
const other = await startOtherServer(page(200));
afterAll(() => Promise.all([rehearsal.close(), other.close()]));

const HOSTILE = [
  '../../admin',
  '?as=admin&x=1#',
  'a\r\nx-injected: 1\r\n\r\nGET /admin HTTP/1.1\r\n',
  '\r\n--reelay-00000000000000000000000000000000\r\ncontent-disposition: form-data; name="model"\r\n\r\nother\r\n',
  '"; filename="x.html\r\ncontent-type: text/html',
  `${other.url}/v1`,
  `@${new URL(other.url).host}/`,
  '{"as":"admin"}',
  '{{api_key}}%s%n',
  '\u0000\ud800\u202e',
  '-- --dur 12 --ratio 16:9',
];

/** These differ by time or by what is signed; the tests of each adapter assert the signature. */
const CHANGING = /^(authorization|x-date|x-content-sha256|content-length)$/i;

/** A request without its content: where it goes, and with which headers. */
function outlineOf({ method, url, rawHeaders }: WireRequest) {
  const headers = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1]]] : [],
  );
  const kept = headers.filter(([name]) => !CHANGING.test(name));
  return {
    method,
    url,
    headers: kept.map(([name, value]) => [name, value.replace(/----formdata-undici-\d+/, 'boundary')]),
  };
}

/**
 * Every text that a schema leaves open is hostile, each word in turn; the number of items in a list stays.
 */
function* spoil(input: JsonObject, { input_schema: { properties } }: Model): Generator<JsonObject> {
  for (const word of HOSTILE) {
    const spoilt = (value: Json): Json => {
      if (typeof value === 'string') return word;
      return Array.isArray(value) ? value.map(spoilt) : value;
    };
    const isOpen = (name: string) => properties[name]?.enum === undefined;
    const pairs = Object.entries(input).map(([name, value]) => [name, isOpen(name) ? spoilt(value) : value]);
    yield Object.fromEntries(pairs);
  }
}

/** Everything that a model takes, at values that its schema allows. */
function fullestInput(model: Model): JsonObject {
  const names = Object.keys(model.input_schema.properties);
  const pairs = names.map((name) => [name, inputsThatDiffer(model, name)?.[0][name]] as const);
  const given = pairs.filter((pair): pair is [string, Json] => pair[1] !== undefined);
  return { ...smallestInput(model), ...Object.fromEntries(given) };
}

const models = readShippedModels();

/** What the adapter sent for an input; nothing if it refused the input itself. */
async function send(scene: Scene, name: string, input: JsonObject): Promise<WireRequest[]> {
  rehearsal.play([]);
  const { provider, context } = connect(scene, rehearsal);
  await provider.start(requestFor(provider, name, input), context);
  return [...rehearsal.arrived];
}

async function partsOf({ rawHeaders, body }: WireRequest): Promise<string[] | undefined> {
  const type = rawHeaders[rawHeaders.findIndex((name) => name.toLowerCase() === 'content-type') + 1] ?? '';
  if (!type.startsWith('multipart/')) return undefined;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  return [...form].map(([name, value]) => `${name}: ${typeof value === 'string' ? 'text' : value.name}`);
}

describe.each(listScenes())('$name', (scene) => {
  const own = models.filter(({ offers }) => offers.some(({ provider }) => provider === scene.provider.id));

  it('sends clients’ words nowhere else', async () => {
    let compared = 0;
    for (const model of own) {
      const honest = fullestInput(model);
      const usual = await send(scene, model.model, honest);
      for (const input of spoil(honest, model)) {
        const sent = await send(scene, model.model, input);
        for (const [at, request] of sent.entries()) {
          expect(outlineOf(request)).toEqual(outlineOf(usual[at]));
          expect(await partsOf(request)).toEqual(await partsOf(usual[at]));
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(0);
    expect(other.arrived).toEqual([]);
  });
});

it('compares what is worth comparing', async () => {
  const scene = listScenes().find(({ name }) => name === 'openai-videos') as Scene;
  const model = models.find((one) => one.model === 'selfhosted/wan2-2-14b-i2v') as Model;
  const [request] = await send(scene, model.model, fullestInput(model));
  expect(outlineOf(request)).toMatchObject({ method: 'POST', url: '/videos' });
  expect(await partsOf(request)).toEqual(
    expect.arrayContaining(['prompt: text', 'input_reference: input_reference.png']),
  );
});
