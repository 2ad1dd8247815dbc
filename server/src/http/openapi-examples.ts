// Examples in the description: for each operation a request that works as it stands, and what a server answered to it.
import { isObject, type Json, type JsonObject } from '../lib/json.ts';

/** As the document names it, without a charset. */
const JSON_TYPE = 'application/json';

export interface OperationExample {
  /** Parameters of the address, in the path or the query. */
  parameters?: Readonly<Record<string, string | number>>;
  body?: JsonObject;
  /** Of status 200; undefined for streams. */
  answer?: Json;
}

/** By operation. */
export type Examples = Readonly<Record<string, OperationExample>>;

interface Described {
  paths?: unknown;
}

/** Content with an example in its JSON. */
function exemplify<Part>(part: Part, example: Json | undefined): Part {
  if (!isObject(part) || example === undefined || !isObject(part.content)) return part;
  const json = part.content[JSON_TYPE];
  if (!isObject(json)) return part;
  return { ...part, content: { ...part.content, [JSON_TYPE]: { ...json, example } } };
}

function describeExample(operation: JsonObject, { parameters = {}, body, answer }: OperationExample) {
  const { responses } = operation;
  const described = Array.isArray(operation.parameters) ? operation.parameters : [];
  const withValues = described.map((parameter) => {
    const example = isObject(parameter) ? parameters[String(parameter.name)] : undefined;
    return example === undefined || !isObject(parameter) ? parameter : { ...parameter, example };
  });
  return {
    ...operation,
    ...(described.length > 0 && { parameters: withValues }),
    ...(operation.requestBody !== undefined && { requestBody: exemplify(operation.requestBody, body) }),
    ...(isObject(responses) && { responses: { ...responses, 200: exemplify(responses['200'], answer) } }),
  };
}

/** The document with the examples of its operations. */
export function addExamples<Document extends Described>(document: Document, examples: Examples): Document {
  const paths = Object.entries((document.paths ?? {}) as Record<string, Record<string, JsonObject>>);
  const exemplified = paths.map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => {
        const example = examples[String(operation.operationId)];
        return [method, example ? describeExample(operation, example) : operation];
      }),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(exemplified) };
}
