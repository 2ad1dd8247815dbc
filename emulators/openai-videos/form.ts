// Reads the body of a create in either encoding into one shape: texts and numbers by name, and the file.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { type ApiRequest, readForm } from '../core/exchange.ts';

export interface CreateBody {
  encoding: 'multipart' | 'json';
  fields: JsonObject;
  /** The picture in `input_reference`. */
  file: Uint8Array | undefined;
}

/** Undefined for a body that is neither a form nor a JSON object. */
export async function readBody(request: ApiRequest): Promise<CreateBody | undefined> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data|^application\/x-www-form-urlencoded/i.test(type)) {
    return isObject(request.json) ? { encoding: 'json', fields: request.json, file: undefined } : undefined;
  }
  const form = await readForm(request).catch(() => undefined);
  if (!form) return undefined;
  const fields: Record<string, Json> = {};
  let file: Uint8Array | undefined;
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') fields[name] = value;
    else if (name === 'input_reference') file = new Uint8Array(await value.arrayBuffer());
    else fields[name] = value.name;
  }
  return { encoding: 'multipart', fields: nest(fields), file };
}

/** `a[b]` is the member b of the object a, as OpenAI's clients write it into a form. */
function nest(fields: JsonObject): JsonObject {
  const nested: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) {
    const [, outer, inner] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
    if (outer === undefined) nested[name] = value;
    else nested[outer] = { ...(isObject(nested[outer]) ? nested[outer] : {}), [inner]: value };
  }
  return nested;
}

/** Whether the bytes begin like a picture. */
export function isPicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  return /^(\x89PNG|\xff\xd8\xff|GIF8|BM|RIFF....WEBP)/s.test(head);
}
