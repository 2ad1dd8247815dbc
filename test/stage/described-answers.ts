// Judges answers by an OpenAPI document, more strictly than the document asks of clients: an object with named fields has
// no others, so that every new field is described.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { TIME_FORMAT } from '../../server/src/http/fields.ts';
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';

/** An answer as it goes out. */
export interface SentAnswer {
  method: string;
  /** Of the route, as the document writes it; undefined for an unknown address. */
  path: string | undefined;
  status: number;
  /** The body; undefined when it is no text. */
  text: string | undefined;
}

/** What is wrong with an answer, as a sentence; undefined for a good one and for what the document leaves out. */
export type JudgeAnswer = (answer: SentAnswer) => string | undefined;

const TEXT_SHOWN = 500;

/** One for each server, which goes with it. That the schemas are schemas is shown by the tests of the document. */
function createCompiler(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  return ajv.addFormat(TIME_FORMAT, true);
}

/** Gives the judge of the answers of one server. */
export function createJudge(description: object): JudgeAnswer {
  const document = description as JsonObject;
  const ajv = createCompiler();
  const compiled = new Map<string, ValidateFunction>();
  /** The last good answer of each name: floods of one page are judged once. */
  const lastGood = new Map<string, string>();
  const checkFor = (name: string, schema: JsonObject) => {
    const known = compiled.get(name) ?? ajv.compile(close(schema, document));
    compiled.set(name, known);
    return known;
  };
  return ({ method, path = '', status, text }) => {
    const isHead = method === 'HEAD';
    // What is asked by HEAD is described by GET.
    const operation = find(document, 'paths', path, isHead ? 'get' : method.toLowerCase());
    if (!operation) return undefined;
    const name = `${operation.operationId} ${status}`;
    const described = find(operation, 'responses', String(status));
    if (!described) return `${name}: is a status that its description does not have`;
    const schema = find(described, 'content', 'application/json', 'schema');
    if (!schema || text === undefined || isHead) return undefined;
    if (lastGood.get(name) === text) return undefined;
    const fault = faultOf(text, checkFor(name, schema));
    if (fault === undefined) lastGood.set(name, text);
    return fault && `${name}: ${fault}: ${text.slice(0, TEXT_SHOWN)}`;
  };
}

function faultOf(text: string, check: ValidateFunction): string | undefined {
  const body = parse(text);
  if (body === undefined) return 'is no JSON';
  if (check(body)) return undefined;
  const faults = (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  return faults.join('; ');
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // What it is instead is said by the caller.
    return undefined;
  }
}

function find(value: JsonObject, ...names: string[]): JsonObject | undefined {
  let found: Json | undefined = value;
  for (const name of names) found = isObject(found) ? found[name] : undefined;
  return isObject(found) ? found : undefined;
}

/** Words whose values are no schemas. */
const PLAIN = new Set(['enum', 'const', 'default', 'required', 'examples']);

/**
 * The schema without references, in which an object with named fields has no others, unless it says so.
 * @param isPart of an `allOf`, which is closed as a whole.
 */
function close(schema: JsonObject, document: JsonObject, isPart = false): JsonObject {
  const { $ref: reference } = schema;
  if (typeof reference === 'string') {
    const target = find(document, ...reference.split('/').slice(1));
    if (!target) throw new Error(`The description has no ${reference}`);
    return close(target, document, isPart);
  }
  const closed: JsonObject = {};
  for (const [word, value] of Object.entries(schema)) {
    if (PLAIN.has(word)) closed[word] = value;
    else if (Array.isArray(value))
      closed[word] = value.map((one) => (isObject(one) ? close(one, document, word === 'allOf') : one));
    else closed[word] = isObject(value) ? closeMember(word, value, document) : value;
  }
  const hasFields = closed.properties !== undefined || closed.allOf !== undefined;
  if (hasFields && !isPart && closed.additionalProperties === undefined) closed.unevaluatedProperties = false;
  return closed;
}

function closeMember(word: string, value: JsonObject, document: JsonObject): JsonObject {
  if (word !== 'properties' && word !== 'patternProperties') return close(value, document);
  const fields = Object.entries(value).map(([name, field]): [string, Json] => [
    name,
    isObject(field) ? close(field, document) : field,
  ]);
  return Object.fromEntries(fields);
}
