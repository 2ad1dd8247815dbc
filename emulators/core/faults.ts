// Trouble on demand, as data: a queue of faults that requests are matched against in order. An emulator is
// never patched to misbehave; a test that wants trouble adds a fault, in the process or over HTTP.
import { isObject, type Json } from '../../server/src/lib/json.ts';

/** What a request is for. The route of an emulated API says it. */
export type Action = 'start' | 'poll' | 'list' | 'cancel' | 'download' | 'other';

interface FaultScope {
  /** `any` is every request, but no callback. */
  on: Action | 'callback' | 'any';
  /** How many requests it takes; default 1. */
  times?: number | 'always';
  /** How many requests it skips before; default 0. */
  skip?: number;
  /** Only requests whose path and query, or body, contain this text; for callbacks, their address. */
  where?: string;
}

/** What happens to the exchange. "Acted on" means that the job was accepted, cancelled and so on before. */
type WireKind =
  /** The socket is cut before anything is acted on. */
  | { kind: 'close_before' }
  /** Acted on; then the socket is cut without an answer. */
  | { kind: 'close_after' }
  | { kind: 'hang_before' }
  /** Acted on; then no answer ever comes. */
  | { kind: 'hang_after' }
  /** Any status; the body is text (default: the HTML page of a balancer). Acted on only with `after`. */
  | { kind: 'status'; status: number; body?: string; headers?: Record<string, string>; after?: boolean }
  /** Acted on; the answer is 200 with a page of HTML. */
  | { kind: 'html' }
  /** Acted on; half of the announced answer, then the socket is cut. */
  | { kind: 'half' }
  /** Acted on; JSON of about so many bytes, made while it is sent. */
  | { kind: 'huge_json'; bytes: number }
  /** Acted on; arrays nested so deep. */
  | { kind: 'deep_json'; depth: number }
  /** Acted on; the answer is late, a file trickles over this time. Real time. */
  | { kind: 'slow'; ms: number }
  /** Not acted on; an error in the provider's own words. */
  | { kind: 'body'; status: number; json: Json }
  /** Downloads only. */
  | { kind: 'redirect'; to: string }
  /** A file of so many bytes, made while it is sent; without `chunked` its length is announced. */
  | { kind: 'huge'; bytes: number; chunked?: boolean }
  | { kind: 'wrong_type' }
  /** The announced length is not reached. */
  | { kind: 'short' };

/** What happens to a job, or to what is reported about it. The exchange itself succeeds. */
type JobKind =
  /** On start: it never finishes. */
  | { kind: 'never' }
  /** On start: it ends failed with this error in the provider's words. */
  | { kind: 'fail'; json: Json }
  /** On start: its result has this address. On poll and list: this answer says so. */
  | { kind: 'result_url'; url: string }
  /** On poll, list and cancel: as for a job that does not exist. */
  | { kind: 'not_found' }
  /** On poll and list: this status word, known or not, whatever the job does. */
  | { kind: 'state'; state: string };

/** What happens to one callback. */
type CallbackKind =
  | { kind: 'drop' }
  | { kind: 'double' }
  /** By the clock of the emulator. */
  | { kind: 'late'; ms: number }
  /** It changes places with the next one of its job. */
  | { kind: 'reorder' }
  /** It is replaced by a forgery: a broken signature, and the claim that the job has succeeded. */
  | { kind: 'forge' };

export type WireFault = FaultScope & WireKind;
export type JobFault = FaultScope & JobKind;
export type CallbackFault = FaultScope & CallbackKind;
export type Fault = WireFault | JobFault | CallbackFault;

/** A request takes at most one of each class: it can accept a job that will fail, and lose the answer. */
export interface TakenFaults {
  wire?: WireFault;
  job?: JobFault;
}

type FaultClass = 'wire' | 'job' | 'callback';
type PropertyType = 'number' | 'string' | 'boolean' | 'object' | 'json';

interface KindRule {
  class: FaultClass;
  on: readonly Fault['on'][];
  needs?: Record<string, PropertyType>;
  may?: Record<string, PropertyType>;
}

const REQUESTS = ['start', 'poll', 'list', 'cancel', 'download', 'other', 'any'] as const;
const ANSWERS = ['start', 'poll', 'list', 'cancel', 'other', 'any'] as const;
const LOOKS = ['poll', 'list'] as const;

const KINDS: Record<Fault['kind'], KindRule> = {
  close_before: { class: 'wire', on: REQUESTS },
  close_after: { class: 'wire', on: REQUESTS },
  hang_before: { class: 'wire', on: REQUESTS },
  hang_after: { class: 'wire', on: REQUESTS },
  status: {
    class: 'wire',
    on: REQUESTS,
    needs: { status: 'number' },
    may: { body: 'string', headers: 'object', after: 'boolean' },
  },
  html: { class: 'wire', on: ANSWERS },
  half: { class: 'wire', on: REQUESTS },
  huge_json: { class: 'wire', on: ANSWERS, needs: { bytes: 'number' } },
  deep_json: { class: 'wire', on: ANSWERS, needs: { depth: 'number' } },
  slow: { class: 'wire', on: REQUESTS, needs: { ms: 'number' } },
  body: { class: 'wire', on: REQUESTS, needs: { status: 'number', json: 'json' } },
  redirect: { class: 'wire', on: ['download'], needs: { to: 'string' } },
  huge: { class: 'wire', on: ['download'], needs: { bytes: 'number' }, may: { chunked: 'boolean' } },
  wrong_type: { class: 'wire', on: ['download'] },
  short: { class: 'wire', on: ['download'] },
  never: { class: 'job', on: ['start'] },
  fail: { class: 'job', on: ['start'], needs: { json: 'json' } },
  result_url: { class: 'job', on: ['start', ...LOOKS], needs: { url: 'string' } },
  not_found: { class: 'job', on: [...LOOKS, 'cancel'] },
  state: { class: 'job', on: LOOKS, needs: { state: 'string' } },
  drop: { class: 'callback', on: ['callback'] },
  double: { class: 'callback', on: ['callback'] },
  late: { class: 'callback', on: ['callback'], needs: { ms: 'number' } },
  reorder: { class: 'callback', on: ['callback'] },
  forge: { class: 'callback', on: ['callback'] },
};

function isOfType(value: unknown, type: PropertyType): boolean {
  if (type === 'json') return value !== undefined;
  if (type === 'object') return isObject(value);
  return typeof value === type && (type !== 'number' || (Number.isFinite(value) && (value as number) >= 0));
}

function isCount(value: unknown, least: number): boolean {
  return Number.isInteger(value) && (value as number) >= least;
}

/** An invalid fault; the message says what to fix. */
export class FaultRefused extends Error {
  override readonly name = 'FaultRefused';
}

/** Checks a fault that may have come over HTTP. @throws FaultRefused. */
export function readFault(value: unknown): Fault {
  if (!isObject(value)) throw new FaultRefused('A fault is an object with "on" and "kind"');
  const { kind, on, times = 1, skip = 0, where = '' } = value;
  const rule =
    typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? KINDS[kind as Fault['kind']] : undefined;
  if (!rule) throw new FaultRefused(`"kind" is one of ${Object.keys(KINDS).join(', ')}`);
  if (!rule.on.some((action) => action === on)) {
    throw new FaultRefused(`"on" of the fault ${kind} is one of ${rule.on.join(', ')}`);
  }
  if (times !== 'always' && !isCount(times, 1)) throw new FaultRefused('"times" is at least 1, or "always"');
  if (!isCount(skip, 0)) throw new FaultRefused('"skip" is a whole number');
  if (typeof where !== 'string') throw new FaultRefused('"where" is a text');
  checkProperties(value, rule);
  return value as unknown as Fault;
}

function checkProperties(value: Record<string, unknown>, { needs = {}, may = {} }: KindRule): void {
  for (const [name, type] of Object.entries({ ...needs, ...may })) {
    if (!(name in value) && name in may) continue;
    if (!isOfType(value[name], type))
      throw new FaultRefused(`"${name}" of the fault ${value.kind} is: ${type}`);
  }
  const known = ['kind', 'on', 'times', 'skip', 'where', ...Object.keys(needs), ...Object.keys(may)];
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new FaultRefused(`The fault ${value.kind} has no "${unknown}"`);
}

interface Waiting {
  fault: Fault;
  class: FaultClass;
  skip: number;
  left: number;
}

/** The faults that are still to come. */
export class FaultQueue {
  #waiting: Waiting[] = [];

  /** @throws FaultRefused. */
  add(value: Fault): void {
    const fault = readFault(value);
    const left = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1);
    this.#waiting.push({ fault, class: KINDS[fault.kind].class, skip: fault.skip ?? 0, left });
  }

  clear(): void {
    this.#waiting = [];
  }

  list(): Fault[] {
    return this.#waiting.map(({ fault }) => fault);
  }

  /** The faults of a request. `texts` are searched for `where`. */
  take(action: Action, texts: () => string[]): TakenFaults {
    if (this.#waiting.length === 0) return {};
    return {
      wire: this.#takeOne('wire', action, texts) as WireFault | undefined,
      job: this.#takeOne('job', action, texts) as JobFault | undefined,
    };
  }

  takeForCallback(address: string): CallbackFault | undefined {
    return this.#takeOne('callback', 'callback', () => [address]) as CallbackFault | undefined;
  }

  /** The first fault that fits takes the request, even if it skips it. */
  #takeOne(type: FaultClass, on: Fault['on'], texts: () => string[]): Fault | undefined {
    const place = this.#waiting.findIndex(
      ({ class: own, fault }) =>
        own === type &&
        (fault.on === on || fault.on === 'any') &&
        (fault.where === undefined || texts().some((text) => text.includes(fault.where as string))),
    );
    if (place === -1) return undefined;
    const found = this.#waiting[place];
    if (found.skip > 0) {
      found.skip -= 1;
      return undefined;
    }
    found.left -= 1;
    if (found.left <= 0) this.#waiting.splice(place, 1);
    return found.fault;
  }
}
