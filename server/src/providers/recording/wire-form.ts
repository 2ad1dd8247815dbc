// How a fixture writes a request down: its query as names with values, and its body as JSON, whatever its
// encoding. Shared by the code that records exchanges and the code that replays them.
import { type Json, type JsonObject, readForeignJson } from '../../lib/json.ts';

/** A name that occurs several times has a list. */
export function readQuery(url: URL): Record<string, string | string[]> {
  const names = [...new Set(url.searchParams.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = url.searchParams.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

/**
 * A form as names with texts; a file shows its name and type, since its bytes are not JSON, and goes into
 * `files`.
 */
function readForm(text: string, boundary: string, files: string[]): JsonObject {
  const form: JsonObject = {};
  for (const part of text.split(`--${boundary}`).slice(1, -1)) {
    const [head, ...rest] = part.split('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
    const file = /filename="([^"]*)"/.exec(head)?.[1];
    const type = /content-type: (\S+)/i.exec(head)?.[1] ?? '';
    const content = rest.join('\r\n\r\n').replace(/\r\n$/, '');
    if (file !== undefined) files.push(content);
    form[name] = file === undefined ? content : { file, type };
  }
  return form;
}

/**
 * Undefined when there is no readable body. @param files collects the bytes of the files of a form, in
 * latin1.
 */
export function readBody(bytes: Buffer, type: string, files: string[] = []): Json | undefined {
  const boundary = /boundary=(\S+)/.exec(type)?.[1];
  if (boundary !== undefined) return readForm(bytes.toString('latin1'), boundary, files);
  // A GET has none.
  return readForeignJson(bytes);
}
