// On which line of a JSON text each of its values begins, so that a fault in a file can be shown where it stands.
import { parseOwnJson } from './json.ts';

/** Names and places from the outermost value down to one within it. */
export type JsonPath = readonly (string | number)[];

/** What ends a number, `true`, `false` or `null`. */
const ENDS_WORD = /[\s,\]}]/;

/** Reads a text once; it must be valid JSON, and the parser says so better than this could. */
class LineReader {
  readonly lines = new Map<string, number>();
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  value(path: JsonPath): void {
    this.#skipBlanks();
    this.lines.set(path.join('\n'), this.#line);
    const first = this.#text[this.#at];
    if (first === '{') this.#members(path, '}');
    else if (first === '[') this.#members(path, ']');
    else if (first === '"') this.#string();
    else while (this.#at < this.#text.length && !ENDS_WORD.test(this.#text[this.#at])) this.#at += 1;
  }

  #members(path: JsonPath, end: string): void {
    this.#at += 1;
    this.#skipBlanks();
    for (let place = 0; this.#text[this.#at] !== end && this.#at < this.#text.length; place += 1) {
      this.value([...path, end === '}' ? this.#name() : place]);
      this.#skipBlanks();
      if (this.#text[this.#at] === ',') this.#at += 1;
      this.#skipBlanks();
    }
    this.#at += 1;
  }

  /** The name of a member, up to its colon. */
  #name(): string {
    const start = this.#at;
    this.#string();
    const name = parseOwnJson<string>(this.#text.slice(start, this.#at));
    this.#skipBlanks();
    this.#at += 1;
    return name;
  }

  #string(): void {
    this.#at += 1;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"')
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    this.#at += 1;
  }

  #skipBlanks(): void {
    for (; /\s/.test(this.#text[this.#at] ?? ''); this.#at += 1) {
      if (this.#text[this.#at] === '\n') this.#line += 1;
    }
  }
}

/**
 * @param text valid JSON.
 * @returns the line, from 1, of the value at a path, or of the deepest one above it that there is.
 */
export function findLines(text: string): (path: JsonPath) => number {
  const reader = new LineReader(text);
  reader.value([]);
  return (path) => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const line = reader.lines.get(path.slice(0, depth).join('\n'));
      if (line !== undefined) return line;
    }
    return 1;
  };
}
