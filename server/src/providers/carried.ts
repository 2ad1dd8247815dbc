// Reads a JSON answer in which some texts are files in base64. Their bytes go to the disk as they are read, and the
// path takes their place; only the rest of the answer is ever in memory. It must never hold a file, whatever its size.
//
// States: in the JSON → in a text of it → in a text that is a file, and back. What follows a backslash is one character
// of its text (RFC 8259, section 7): some services write "=" and "/" that way.
import { type FileHandle, open, rm } from 'node:fs/promises';
import { type Json, readForeignJson } from '../lib/json.ts';
import { eachPiece, PIECE_BYTES } from '../lib/pieces.ts';

/** Of an answer without its files: a few kilobytes, and with some APIs the thoughts of the model. */
const REST_BYTES_MAX = 1024 * 1024;
/** More files are never requested. */
const FILES_MAX = 32;
/** An escape has at most six characters: `\u003d`. */
const ESCAPE = /^\\(?:u[0-9a-f]{4}|[^u])/i;
const [QUOTE, BACKSLASH, COLON] = [...Buffer.from('"\\:')];

/** An answer that was read this way. */
export interface CarriedAnswer {
  /** With the path of a file in place of its text; undefined when the answer is not JSON, or has too much beside files. */
  json: Json | undefined;
  /** Paths of the files that came. The caller keeps or removes them. */
  files: string[];
}

/** A file that is being written. */
class Decoder {
  readonly path: string;
  readonly #handle: FileHandle;
  /** Used again for each piece: dead buffers outside the heap are collected late. */
  readonly #bytes = Buffer.allocUnsafe(PIECE_BYTES);
  /** The beginning of a group of four characters, or of an escape. */
  #rest = '';
  #hasBytes = false;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** @param text characters of base64; a file that is written in any other becomes one that no check of types passes. */
  async add(text: string, isEnd = false): Promise<void> {
    const whole = this.#rest + text.replace(/[\r\n]/g, '');
    const length = isEnd ? whole.length : whole.length - (whole.length % 4);
    this.#rest = whole.slice(length);
    const bytes = this.#bytes.write(whole.slice(0, length), 'base64');
    if (bytes === 0) return;
    this.#hasBytes = true;
    await this.#handle.writeFile(this.#bytes.subarray(0, bytes));
  }

  /** Whether there was a byte at all. */
  async end(): Promise<boolean> {
    await this.add('', true);
    await this.#handle.close();
    return this.#hasBytes;
  }

  /** Of a file that did not come to its end. */
  async close(): Promise<void> {
    await this.#handle.close();
  }
}

class CarriedReader {
  readonly files: string[] = [];
  isTooLarge = false;
  readonly #names: readonly string[];
  readonly #newPath: () => string;
  #rest: Buffer[] = [];
  #restBytes = 0;
  /** The text that is being read; undefined between texts. */
  #text: number[] | undefined;
  #isEscaped = false;
  #last = '';
  /** The name before the last colon; empty elsewhere. */
  #name = '';
  #file: Decoder | undefined;
  #escape = '';

  constructor(names: readonly string[], newPath: () => string) {
    this.#names = names;
    this.#newPath = newPath;
  }

  async add(chunk: Buffer): Promise<void> {
    let at = 0;
    while (at < chunk.length && !this.isTooLarge) {
      at = this.#file ? await this.#addToFile(this.#file, chunk, at) : await this.#addToRest(chunk, at);
    }
  }

  end(): CarriedAnswer {
    const isWhole = !this.isTooLarge && this.#file === undefined;
    return { json: isWhole ? readForeignJson(Buffer.concat(this.#rest)) : undefined, files: this.files };
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  /** Reads up to the beginning of a file, or to the end of the chunk. @returns where the next byte is. */
  async #addToRest(chunk: Buffer, start: number): Promise<number> {
    for (let at = start; at < chunk.length; at++) {
      if (!this.#opensFile(chunk[at])) continue;
      this.#keep(chunk.subarray(start, at + 1));
      await this.#openFile();
      return at + 1;
    }
    this.#keep(chunk.subarray(start));
    return chunk.length;
  }

  /** Takes one byte outside of files. */
  #opensFile(byte: number): boolean {
    if (this.#text !== undefined) this.#addToText(this.#text, byte);
    else if (byte === QUOTE && this.#names.includes(this.#name)) return true;
    else if (byte === QUOTE) this.#text = [];
    else if (byte === COLON) this.#name = this.#last;
    // Blanks may stand between a name and its value.
    else if (byte > 0x20) this.#name = '';
    return false;
  }

  #addToText(text: number[], byte: number): void {
    if (byte === QUOTE && !this.#isEscaped) {
      this.#last = Buffer.from(text).toString('latin1');
      this.#text = undefined;
      this.#name = '';
      return;
    }
    this.#isEscaped = byte === BACKSLASH && !this.#isEscaped;
    // No name of a member is that long.
    if (text.length < 100) text.push(byte);
  }

  async #openFile(): Promise<void> {
    if (this.files.length >= FILES_MAX) {
      this.isTooLarge = true;
      return;
    }
    const path = this.#newPath();
    const handle = await open(path, 'wx', 0o600);
    this.files.push(path);
    this.#file = new Decoder(path, handle);
    this.#name = '';
  }

  /** Reads up to the end of the file, to an escape, or to the end of the chunk. */
  async #addToFile(file: Decoder, chunk: Buffer, start: number): Promise<number> {
    if (this.#escape !== '') return this.#addToEscape(file, chunk, start);
    const quote = chunk.indexOf(QUOTE, start);
    const end = quote === -1 ? chunk.length : quote;
    const backslash = chunk.subarray(start, end).indexOf(BACKSLASH);
    if (backslash !== -1) {
      await file.add(chunk.toString('latin1', start, start + backslash));
      this.#escape = '\\';
      return start + backslash + 1;
    }
    await file.add(chunk.toString('latin1', start, end));
    if (quote === -1) return end;
    this.#file = undefined;
    const isFile = await file.end();
    // An empty text names no file.
    this.#keep(Buffer.from(`${isFile ? JSON.stringify(file.path).slice(1, -1) : ''}"`));
    return end + 1;
  }

  async #addToEscape(file: Decoder, chunk: Buffer, at: number): Promise<number> {
    this.#escape += chunk.toString('latin1', at, at + 1);
    if (ESCAPE.test(this.#escape)) {
      const character = readForeignJson(Buffer.from(`"${this.#escape}"`));
      this.#escape = '';
      await file.add(typeof character === 'string' ? character : '');
    } else if (this.#escape.length > 6) {
      this.#escape = '';
    }
    return at + 1;
  }

  #keep(bytes: Buffer): void {
    this.#restBytes += bytes.length;
    if (this.#restBytes > REST_BYTES_MAX) this.isTooLarge = true;
    // A copy: the chunk that holds it may be mostly a file.
    else if (bytes.length > 0) this.#rest.push(Buffer.from(bytes));
  }
}

/** Removes files that no outcome names; one that is gone already is no error. */
export async function removeFiles(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}

/**
 * Reads an answer that lies on the disk, with the texts of the members with these names as files. An answer that is not
 * JSON leaves no file.
 */
export async function readCarried(
  path: string,
  { names, newPath }: { names: readonly string[]; newPath: () => string },
): Promise<CarriedAnswer> {
  const reader = new CarriedReader(names, newPath);
  try {
    await eachPiece(path, (piece) => reader.add(piece));
    const answer = reader.end();
    if (answer.json !== undefined) return answer;
  } catch (error) {
    await removeFiles(reader.files);
    throw error;
  } finally {
    await reader.close();
  }
  await removeFiles(reader.files);
  return { json: undefined, files: [] };
}
