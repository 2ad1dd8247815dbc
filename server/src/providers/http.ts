// The HTTP core of the adapters: it joins addresses, encodes bodies, limits time and size, sends keys
// only to the origin they belong to, and keeps secrets out of every message. It never retries and never
// follows a redirect of a call: the engine decides whether a request may be sent again.
import { ByteRoom } from '../lib/byte-room.ts';
import { createGuardedFetch, type GuardedFetch, type GuardedResponse } from '../lib/guarded-fetch.ts';
import { FetchFailed, FetchRefused } from '../lib/guarded-fetch-errors.ts';
import { readForeignJson } from '../lib/json.ts';
import { readRetryAfterMs } from '../lib/retry-after.ts';
import { type Clock, SECOND_MS } from '../lib/time.ts';
import { readCarried, removeFiles } from './carried.ts';
import type {
  ApiAnswer,
  ApiCall,
  Credential,
  CredentialField,
  Failure,
  FormPart,
  ProviderHttp,
} from './contract.ts';

const TIMEOUT_MS = 30 * SECOND_MS;
/** Of an answer about one job: a few kilobytes, and with some APIs the log of its run. */
const ANSWER_BYTES_MAX = 1024 * 1024;
/** Of an answer about many. */
export const LIST_BYTES_MAX = 4 * 1024 * 1024;
/** Of an answer that carries files: ten large pictures in base64. */
const CARRIER_BYTES_MAX = 128 * 1024 * 1024;
/** Of the answers in memory at once, beyond the first 256 KiB of each: for one account, and for all. */
const ACCOUNT_BYTES_MAX = 8 * 1024 * 1024;
const ALL_BYTES_MAX = 32 * 1024 * 1024;
const CONNECTIONS_MAX = 128;
/** Signed addresses of results carry a token of a kilobyte or two; a list call names a hundred jobs. */
const URL_CHARACTERS_MAX = 16_384;
const DOWNLOAD_HOPS_MAX = 3;
const RETRY_AFTER_SECONDS_MAX = 3600;
const REDACTED = '[secret]';
/** A shorter value is no secret, and would be found in any text. */
const SECRET_CHARACTERS_MIN = 6;
/**
 * A signed token (RFC 7519), which is made from secrets for a single call, and the end of a callback address
 * that Reelay gave the provider (work/hooks.ts): neither may appear in a message.
 */
const TOKENS = /\beyJ[\w-]+\.[\w-]+\.[\w-]*|[0-9a-f]{32}-\d{1,9}-[0-9a-f]{32}/g;
/** What an address would drop, or would not read as a part of a path. */
const UNFIT_FOR_PATH = /[?#\\\s\p{Cc}]|\/(?:\.|%2e){1,2}(?:\/|$)/iu;

/** There is no whole answer. The message is fit for a user: it has no address, no key, no setting. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly reason: 'unavailable' | 'timed_out' | 'unreadable';
  /** False only when the request provably never left. */
  readonly maybeSent: boolean;
  /** For operators alone: what they can do about it. */
  readonly operatorDetail: string | undefined;

  constructor(
    reason: CallFailed['reason'],
    message: string,
    options: { maybeSent: boolean; operatorDetail?: string; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.maybeSent = options.maybeSent;
    this.operatorDetail = options.operatorDetail;
  }
}

/** What an operator reads about a failure: its sentence, and what can be done about it. */
export function describeForOperator({ message, operatorDetail }: Failure): string {
  return operatorDetail === undefined ? message : `${message.replace(/\.$/, '')}; ${operatorDetail}`;
}

/** The failure that a missing answer is. */
export function failureOfCall({ reason, message, operatorDetail }: CallFailed): Failure {
  return { reason, message, ...(operatorDetail === undefined ? {} : { operatorDetail }) };
}

/** The sockets of all providers: one set for addresses that operators chose, one for addresses in answers. */
export interface ProviderSockets {
  trusted: GuardedFetch;
  strict: GuardedFetch;
  clock: Clock;
  /** For a call that sets no other. */
  timeoutMs: number;
  /** For the larger answers of all accounts. */
  room: ByteRoom;
  /**
   * Where files go that come within answers. Without it they stay texts in memory, within the common room.
   */
  staging?: CarrierStaging;
  close(): Promise<void>;
}

/** The part of the disk that files within answers are written to. */
export interface CarrierStaging {
  newPath(): string;
  /** @throws when the disk has no room for a result. */
  checkRoom(): Promise<void>;
}

/** @param timeoutMs of a call; tests set a shorter one. */
export function createProviderSockets(clock: Clock, timeoutMs = TIMEOUT_MS): ProviderSockets {
  const common = { connectionsMax: CONNECTIONS_MAX, urlCharactersMax: URL_CHARACTERS_MAX };
  const trusted = createGuardedFetch({ ...common, allowLoopback: true, trusted: true });
  const strict = createGuardedFetch({ ...common, allowLoopback: false });
  return {
    trusted,
    strict,
    clock,
    timeoutMs,
    room: new ByteRoom(ALL_BYTES_MAX),
    async close() {
      await Promise.all([trusted.close(), strict.close()]);
    },
  };
}

/** The way out to the account of a credential. */
export function createProviderHttp(
  sockets: ProviderSockets,
  credential: Credential,
  fields: readonly CredentialField[],
): ProviderHttp {
  const redact = createRedactor(credential, fields);
  const origins = originsOf(credential);
  const room = new ByteRoom(ACCOUNT_BYTES_MAX);
  return {
    redact,
    async call(call) {
      const url = addressOf(call, credential);
      if (!origins.has(url.origin)) {
        throw new CallFailed('unreadable', `The provider named an address on a host other than its own`, {
          maybeSent: false,
        });
      }
      return performCall(sockets, { call, url, redact, room });
    },
  };
}

/** The origins that the operator gave: keys are sent only to these. */
export function originsOf(credential: Credential): ReadonlySet<string> {
  const addresses = Object.values(credential.fields).filter((value) => /^https?:\/\//.test(value));
  return new Set(addresses.filter((value) => URL.canParse(value)).map((value) => new URL(value).origin));
}

function createRedactor(
  credential: Credential,
  fields: readonly CredentialField[],
): (text: string) => string {
  const secrets = fields
    .filter(({ isSecret }) => isSecret)
    .map(({ name }) => credential.fields[name] ?? '')
    .filter((value) => value.length >= SECRET_CHARACTERS_MIN)
    .flatMap(spellingsOf)
    // One secret may be a part of another.
    .sort((one, other) => other.length - one.length);
  return (text) =>
    secrets.reduce((clean, secret) => clean.replaceAll(secret, REDACTED), text).replace(TOKENS, REDACTED);
}

/** The forms in which an answer may repeat a secret. */
function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Without padding, so that both forms are found.
  const encoded = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  return [secret, encodeURIComponent(secret), ...encoded, bytes.toString('hex')];
}

function addressOf({ path, base, query }: ApiCall, credential: Credential): URL {
  const root = (base ?? credential.fields.base_url ?? '').replace(/\/+$/, '');
  const isWhole = /^https?:\/\//i.test(path);
  // Paths hold ids that providers chose: none may turn the call into a different one.
  if (!isWhole && (!path.startsWith('/') || UNFIT_FOR_PATH.test(path))) {
    const message = "The provider's id of the job cannot be part of an address";
    throw new CallFailed('unreadable', message, { maybeSent: false });
  }
  const text = isWhole ? path : `${root}${path}`;
  if (!URL.canParse(text)) {
    throw new CallFailed('unavailable', 'The provider could not be reached', {
      maybeSent: false,
      operatorDetail: 'the base address of this provider account is not an address; correct its base_url',
    });
  }
  const url = new URL(text);
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const item of typeof value === 'string' ? [value] : value) url.searchParams.append(name, item);
  }
  return url;
}

interface Performance {
  call: ApiCall;
  url: URL;
  redact: (text: string) => string;
  /** For the larger answers of the account. */
  room: ByteRoom;
}

async function performCall(
  sockets: ProviderSockets,
  { call, url, redact, room }: Performance,
): Promise<ApiAnswer> {
  const body = await encodeBody(call);
  const maxBytes = call.maxBytes ?? (call.files ? CARRIER_BYTES_MAX : ANSWER_BYTES_MAX);
  const saveTo = call.files && (await pathForCarrier(sockets));
  const shares = [room.share(), sockets.room.share()];
  try {
    const response = await sockets.trusted(url.href, {
      method: call.method,
      headers: { accept: 'application/json', ...body?.headers, ...call.headers },
      body: body?.bytes,
      timeoutMs: call.timeoutMs ?? sockets.timeoutMs,
      maxBytes,
      saveTo,
      async beforeLarge() {
        // The account's own limit comes first: an account that floods Reelay holds little of the common room.
        for (const share of shares) await share.take(maxBytes);
      },
    });
    const answer = readAnswer(response, sockets.clock());
    const { staging } = sockets;
    if (response.savedTo === null || !staging) return answer;
    const names = call.files ?? [];
    return { ...answer, ...(await readCarried(response.savedTo, { names, newPath: staging.newPath })) };
  } catch (error) {
    throw explainCall(error, redact);
  } finally {
    for (const share of shares) share.giveBack();
    if (saveTo !== undefined) await removeFiles([saveTo]);
  }
}

/** The whole answer goes here first, so that a slow disk slows its sender down. Nothing is sent without room. */
async function pathForCarrier({ staging }: ProviderSockets): Promise<string | undefined> {
  try {
    await staging?.checkRoom();
  } catch (error) {
    throw new CallFailed('unavailable', 'The server has no room for a result', {
      maybeSent: false,
      operatorDetail: 'its disk is full',
      cause: error,
    });
  }
  return staging?.newPath();
}

interface EncodedBody {
  bytes: string | Uint8Array;
  headers: Record<string, string>;
}

async function encodeBody({ json, form, body }: ApiCall): Promise<EncodedBody | undefined> {
  if (body) return { bytes: body.text, headers: { 'content-type': body.contentType } };
  if (json !== undefined) {
    return { bytes: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
  }
  return form && encodeForm(form);
}

/**
 * multipart/form-data as the official clients write it: escaped names, a random boundary, CR LF as line
 * breaks.
 */
async function encodeForm(parts: readonly FormPart[]): Promise<EncodedBody> {
  const form = new FormData();
  for (const part of parts) {
    if ('text' in part) form.append(part.name, part.text);
    else form.append(part.name, new File([part.bytes], part.fileName, { type: part.contentType }));
  }
  const encoded = new Response(form);
  const type = encoded.headers.get('content-type') ?? '';
  return { bytes: await encoded.bytes(), headers: { 'content-type': type } };
}

function readAnswer({ status, headers, body }: GuardedResponse, nowMs: number): ApiAnswer {
  const waitMs = readRetryAfterMs(headers['retry-after'], nowMs);
  const retryAfterSeconds =
    waitMs === undefined ? undefined : Math.min(RETRY_AFTER_SECONDS_MAX, Math.ceil(waitMs / SECOND_MS));
  return { status, headers, json: readForeignJson(body), retryAfterSeconds };
}

const CALL_REASONS: Partial<Record<FetchFailed['kind'], CallFailed['reason']>> = {
  timeout: 'timed_out',
  too_large: 'unreadable',
  encoding: 'unreadable',
};

function explainCall(error: unknown, redact: (text: string) => string): unknown {
  if (error instanceof FetchRefused) {
    return new CallFailed('unavailable', 'The provider could not be reached', {
      maybeSent: false,
      operatorDetail: redact(`the address of this provider account was refused: ${error.reason}`),
      cause: error,
    });
  }
  if (!(error instanceof FetchFailed)) return error;
  const message = `The provider could not be reached: ${error.message}`;
  return new CallFailed(CALL_REASONS[error.kind] ?? 'unavailable', message, {
    maybeSent: error.maybeSent,
    cause: error,
  });
}

/** A result to fetch. */
export interface Download {
  url: string;
  /** Sent only to the origins of the credential, never after a redirect to another. */
  headers: Readonly<Record<string, string>>;
  credential: Credential;
  /** Host suffixes, or `*`. */
  hosts: readonly string[];
  saveTo: string;
  maxBytes: number;
  timeoutMs: number;
  signal?: AbortSignal;
}

/**
 * Fetches a result into a file. Each hop is checked: the operator's own origins are trusted; any other must
 * be public and, unless every host is allowed, of a host that the provider is known to use.
 * @throws CallFailed; `unreadable` when asking again will not help: the file is too large, or its address is
 * refused. Every status may still turn into 200, since stores of results lag: they answer 404, and 403 too,
 * before the file is there.
 */
export async function download(sockets: ProviderSockets, file: Download): Promise<{ sizeBytes: number }> {
  const origins = originsOf(file.credential);
  let url = file.url;
  for (let hop = 0; hop <= DOWNLOAD_HOPS_MAX; hop++) {
    const response = await fetchHop(sockets, file, { url, origins });
    const { location } = response.headers;
    if (response.status === 200) return { sizeBytes: response.sizeBytes };
    if (response.status < 300 || response.status >= 400 || location === undefined) {
      const message = `The result could not be fetched: its server answered ${response.status}`;
      throw new CallFailed('unavailable', message, { maybeSent: true });
    }
    url = resolveLocation(location, url);
  }
  throw new CallFailed('unreadable', 'The result could not be fetched: too many redirects', {
    maybeSent: true,
  });
}

function resolveLocation(location: string, from: string): string {
  const isDowngrade = () => from.startsWith('https:') && new URL(location, from).protocol === 'http:';
  if (!URL.canParse(location, from) || isDowngrade())
    throw refusedResult('it redirects to an invalid address');
  return new URL(location, from).href;
}

function refusedResult(why: string): CallFailed {
  return new CallFailed('unreadable', "The result's address was refused", {
    maybeSent: true,
    operatorDetail: why,
  });
}

async function fetchHop(
  sockets: ProviderSockets,
  file: Download,
  { url, origins }: { url: string; origins: ReadonlySet<string> },
): Promise<GuardedResponse> {
  if (!URL.canParse(url)) throw refusedResult('it is not an address');
  const { origin, hostname } = new URL(url);
  const isOwn = origins.has(origin);
  const isKnown = file.hosts.some((suffix) => suffix === '*' || `.${hostname}`.endsWith(`.${suffix}`));
  if (!isOwn && !isKnown) throw refusedResult('its host is not one that this provider is known to use');
  try {
    return await (isOwn ? sockets.trusted : sockets.strict)(url, {
      headers: isOwn ? file.headers : {},
      timeoutMs: file.timeoutMs,
      maxBytes: file.maxBytes,
      saveTo: file.saveTo,
      signal: file.signal,
    });
  } catch (error) {
    throw explainDownload(error);
  }
}

function explainDownload(error: unknown): unknown {
  if (error instanceof FetchRefused) return refusedResult(error.reason);
  if (!(error instanceof FetchFailed)) return error;
  const message = `The result could not be fetched: ${error.message}`;
  // An announced size is final; an encoding may be that of an error page in the file's place.
  return new CallFailed(error.kind === 'too_large' ? 'unreadable' : 'unavailable', message, {
    maybeSent: true,
    cause: error,
  });
}
