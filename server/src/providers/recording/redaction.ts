// Removes from a provider's answers whatever reveals the account that recorded them: keys, cookies, signed
// addresses, ids, e-mail addresses, names, pictures. The same value is always replaced by the same other
// value of the same form, so that what adapters check still holds. Whatever is not surely harmless goes: a
// replay finds a recording that has lost its meaning, but nothing finds one that reveals too much.
import { createHash, randomBytes } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';

/** Headers of answers that adapters read; no other is kept. */
const KEPT_HEADERS = /^(retry-after|location|x-fal-(error-type|retryable|request-timeout-type))$/;
/** Members that hold words of the API and never an id. */
const WORD_KEYS =
  /^(model|model_name|model_?id|version|status|state|task_status|type|kind|unit|object|code|currency|class_type|role|ratio|resolution|size|service_?tier|format|kty|crv|alg|use|error_type|error_code|failure_?code)$/i;
/** Members that name a person or a company. */
const PERSON_KEYS =
  /^(user_?name|nick_?name|display_?name|full_?name|first_?name|last_?name|company|organi[sz]ation|organi[sz]ation_?name|owner|phone|mobile|address|team|workspace|login|github_url)$/i;
/** Members whose whole value is an id. */
const ID_KEYS =
  /(^|_)(id|uid|uuid|guid|sid)$|[a-z](Id|ID|Uid)$|^(trace|request|log|ticket|etag|kid|key|token)$/;
/** Members that are secret by name. */
const SECRET_KEYS =
  /(secret|password|passwd|authorization|cookie|ticket|access_?token|api_?key|private|session_?token)/i;
const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const DATA_URI = /data:([\w/+.-]+);base64,[A-Za-z0-9+/=\s]+/g;
const BASE64 = /^[A-Za-z0-9+/_-]{200,}={0,2}$/;
const ADDRESS = /\bhttps?:\/\/[^\s"'<>\\]+/g;
/** A word of a sentence or an address that looks like an id: long, with digits in it. */
const TOKEN = /(?<![\w-])(?=[\w-]*\d)[A-Za-z0-9_-]{12,}(?![\w-])/g;
/** Segments of a path that are followed by the id of one of them, which may consist of letters alone. */
const COLLECTION =
  /^(accounts|assets|files|generations|jobs|operations|organizations|predictions|projects|requests|tasks|teams|uploads|users|videos|workspaces)$/;
/** Words with dots between them, such as the name of a model or a file. */
const DOTTED = /[\w-]+(?:\.[\w-]+)*/g;
const IP = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const ID_CHARACTERS_MIN = 6;
const NUMBER_ID_MIN = 100_000;
/** The smallest PNG head: enough to detect the type. */
const STUB = 'iVBORw0KGgo=';
const OUT = 'redacted';

export class Redaction {
  /** Replacements by the real values; the same throughout a recording, and new for each recording. */
  readonly #pairs = new Map<string, string>();
  /** The values of the pairs: a replacement is not replaced again. */
  readonly #others = new Set<string>();
  readonly #salt = randomBytes(16);
  readonly #kept: ReadonlySet<string>;
  readonly #secrets: readonly string[];

  /**
   * @param kept words that look like ids but are not: names of models. @param secrets keys, in plain text.
   */
  constructor(kept: readonly string[], secrets: readonly string[]) {
    this.#kept = new Set(kept.flatMap((word) => [word, ...word.split('/')]));
    this.#secrets = secrets.filter((secret) => secret.length >= ID_CHARACTERS_MIN);
  }

  /** From now on, one stands for the other: what Reelay's own request says in a replay. */
  learn(real: string, other: string): void {
    this.#pairs.set(real, other);
    this.#others.add(other);
  }

  /** What names a job goes wherever it stands and whatever it looks like: an id, or a path that ends with one. */
  hide(reference: JsonObject): void {
    for (const [key, value] of Object.entries(reference)) {
      if (typeof value !== 'string' || !(ID_KEYS.test(key) || /^(name|operation)$/.test(key))) continue;
      const id = value.split('/').at(-1) ?? '';
      if (id.length >= ID_CHARACTERS_MIN && !this.#kept.has(id)) this.#other(id);
    }
  }

  /** A copy of JSON without what reveals the account. @param key of the member that it is. */
  json(value: Json, key = ''): Json {
    if (Array.isArray(value)) return value.map((item) => this.json(item, key));
    if (isObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => [this.#name(name), this.json(member, name)]),
      );
    }
    if (typeof value === 'string') return this.#member(value, key);
    const isId = typeof value === 'number' && ID_KEYS.test(key) && Number.isInteger(value);
    return isId && value >= NUMBER_ID_MIN ? Number(this.#other(String(value))) : value;
  }

  /** The headers of an answer that are kept. */
  headers(headers: Readonly<Record<string, string>>): Record<string, string> | undefined {
    const kept = Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name));
    return kept.length === 0
      ? undefined
      : Object.fromEntries(kept.map(([name, value]) => [name, this.text(value)]));
  }

  /** Any text: whatever looks like an id, an address or a key in it is replaced. */
  text(text: string): string {
    const known = this.#pairs.get(text);
    if (known !== undefined) return known;
    let clean = this.#withoutSecrets(text)
      .replace(JWT, OUT)
      .replace(DATA_URI, (_all, type: string) => `data:${type};base64,${STUB}`)
      .replace(EMAIL, 'someone@example.com');
    for (const [real, other] of this.#longestFirst()) clean = clean.replaceAll(real, other);
    return clean
      .replace(ADDRESS, (address) => this.#address(address))
      .split(/(https?:\/\/[^\s"'<>\\]+)/)
      .map((part, at) => (at % 2 === 1 ? part : this.#words(part)))
      .join('');
  }

  /** The real values that are still in a text; there must be none. */
  leaks(text: string): string[] {
    const real = [
      ...this.#secrets,
      ...[...this.#pairs].flatMap(([one, other]) => (one === other ? [] : [one])),
    ];
    const found = real.filter((value) => value.length >= ID_CHARACTERS_MIN && text.includes(value));
    const emails = (text.match(EMAIL) ?? []).filter((email) => !email.endsWith('@example.com'));
    return [...found, ...emails, ...(text.match(JWT) ?? [])];
  }

  #longestFirst(): [string, string][] {
    const long = [...this.#pairs].filter(([real]) => real.length >= ID_CHARACTERS_MIN);
    return long.sort(([one], [other]) => other.length - one.length);
  }

  /** Some APIs answer with an object whose names are ids. */
  #name(name: string): string {
    const known = this.#pairs.get(name);
    return known ?? (UUID.test(name) ? this.#other(name) : name);
  }

  #member(value: string, key: string): string {
    if (value === '') return value;
    if (SECRET_KEYS.test(key)) return OUT;
    if (BASE64.test(value)) return STUB;
    const known = this.#pairs.get(value);
    if (known !== undefined) return known;
    if (PERSON_KEYS.test(key)) return /^https?:/.test(value) ? `https://example.com/${OUT}` : OUT;
    if (/^[\w.:/-]+$/.test(value) && (WORD_KEYS.test(key) || this.#kept.has(value))) return value;
    const isId = ID_KEYS.test(key) && /^[\w.:-]+$/.test(value) && value.length >= ID_CHARACTERS_MIN;
    if (isId && !this.#kept.has(value)) return this.#other(value);
    return this.text(/^[\w.:/-]+$/.test(value) ? this.#withoutNames(value) : value);
  }

  /** A path whose segments after the name of a collection are replaced, up to a mark such as `:download`. */
  #withoutNames(path: string): string {
    const parts = path.split('/');
    return parts
      .map((part, at) => {
        const [name] = /^[\w-]*/.exec(part) ?? [''];
        const isName = at > 0 && COLLECTION.test(parts[at - 1]) && !COLLECTION.test(name);
        const isKept = name.length < ID_CHARACTERS_MIN || this.#kept.has(part);
        return isName && !isKept ? this.#other(name) + part.slice(name.length) : part;
      })
      .join('/');
  }

  #withoutSecrets(text: string): string {
    return this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, OUT), text);
  }

  #words(text: string): string {
    const clean = text.replace(IP, '192.0.2.1');
    return clean.replace(DOTTED, (dotted) =>
      this.#kept.has(dotted)
        ? dotted
        : dotted.replace(TOKEN, (word) => (this.#isKept(word) ? word : this.#other(word))),
    );
  }

  /** A date is not an id. */
  #isKept(word: string): boolean {
    return this.#kept.has(word) || /^\d{4}-\d\d-\d\d(T[\d:.]*Z?)?/.test(word);
  }

  /** The host and the form of the path are kept; who may open it, and whose it is, are not. */
  #address(text: string): string {
    if (!URL.canParse(text)) return OUT;
    const url = new URL(text);
    const host = url.hostname.replace(/(?<=^|\.)(?=[\w-]*\d{4})[\w-]{6,}(?=\.)/g, (label) =>
      this.#other(label),
    );
    const path = this.#withoutNames(url.pathname)
      .split('/')
      .map((part) =>
        this.#kept.has(part) ? part : part.replace(/[A-Za-z0-9_-]{6,}/g, (word) => this.#pathWord(word)),
      )
      .join('/');
    const query = [...url.searchParams].map(([name, value]) => `${name}=${this.#queryValue(value)}`);
    const port = url.port === '' ? '' : `:${url.port}`;
    return `${url.protocol}//${host}${port}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  }

  #pathWord(word: string): string {
    if (this.#kept.has(word)) return word;
    const looksLikeId = /\d/.test(word) && word.length >= 8;
    return looksLikeId ? this.#other(word) : word;
  }

  /** Short words such as `alt=media` say how to ask, and reveal nothing. */
  #queryValue(value: string): string {
    return /^[a-z]{1,12}$/.test(value) || /^\d{1,4}$/.test(value) ? value : OUT;
  }

  /** Another value of the same form: digits for digits, letters for letters, the rest unchanged. */
  #other(real: string): string {
    const known = this.#others.has(real) ? real : this.#pairs.get(real);
    if (known !== undefined) return known;
    const hash = createHash('sha512').update(this.#salt).update(real).digest();
    const isHex = /^[\da-f-]+$/.test(real);
    // Words before the first mark are a kind, such as `video_` or `cgt-`.
    const kind = /^[a-z]+[_-]/i.exec(real)?.[0].length ?? 0;
    const start = isHex ? 0 : kind;
    const other = [...real]
      .map((character, at) => {
        const number = hash[at % hash.length] + at;
        const isMark = at < start || (UUID.test(real) && (at === 14 || at === 19));
        return isMark ? character : otherCharacter(character, number, { isHex, isFirst: at === 0 });
      })
      .join('');
    this.learn(real, other);
    return other;
  }
}

function otherCharacter(
  character: string,
  number: number,
  { isHex, isFirst }: { isHex: boolean; isFirst: boolean },
): string {
  if (/\d/.test(character)) return isFirst ? String(1 + (number % 9)) : String(number % 10);
  const letters = isHex ? 'abcdef' : 'abcdefghijklmnopqrstuvwxyz';
  if (/[a-z]/.test(character)) return letters[number % letters.length];
  return /[A-Z]/.test(character) ? letters[number % letters.length].toUpperCase() : character;
}
