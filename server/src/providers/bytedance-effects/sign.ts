// Signs calls to the OpenAPI of Volcengine and BytePlus: HMAC-SHA256 over a canonical request, much as AWS
// does it but with the bare secret as the first key (https://www.volcengine.com/docs/6369/67269, read
// 2026-11-21). Pure: the caller gives the time. The secret key never shows in the output.
import { createHash, createHmac } from 'node:crypto';

const ALGORITHM = 'HMAC-SHA256';
const TOKEN_HEADER = 'x-security-token';

/** A request as it will be sent. */
export interface SignableCall {
  method: string;
  url: URL;
  body: string;
  contentType: string;
}

export interface Signing {
  accessKey: string;
  secretKey: string;
  /** For temporary keys (STS); empty for lasting ones. */
  sessionToken: string;
  service: string;
  region: string;
  /** Names of headers, in the order in which they are signed; the server follows this list. */
  signedHeaders: readonly string[];
  /** Milliseconds since 1970. */
  atMs: number;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** RFC 3986: everything except letters, digits and -_.~ is escaped. */
function escapeText(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery({ searchParams }: URL): string {
  const byName = [...searchParams].sort(([one], [other]) => (one < other ? -1 : 1));
  return byName.map(([name, value]) => `${escapeText(name)}=${escapeText(value)}`).join('&');
}

/** The headers that prove the caller; the caller sends the content type itself. */
export function sign(call: SignableCall, signing: Signing): Record<string, string> {
  const date = new Date(signing.atMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const bodyHash = sha256(call.body);
  const headers: Record<string, string> = { 'x-date': date, 'x-content-sha256': bodyHash };
  if (signing.sessionToken !== '') headers[TOKEN_HEADER] = signing.sessionToken;
  const known: Record<string, string> = {
    ...headers,
    host: call.url.host,
    'content-type': call.contentType,
  };
  const names = [...signing.signedHeaders, ...(signing.sessionToken === '' ? [] : [TOKEN_HEADER])];
  const lines = names.map((name) => `${name}:${known[name] ?? ''}\n`).join('');
  const canonical = [
    call.method,
    call.url.pathname,
    canonicalQuery(call.url),
    lines,
    names.join(';'),
    bodyHash,
  ].join('\n');
  const scope = [date.slice(0, 8), signing.region, signing.service, 'request'];
  const key = scope.reduce<string | Buffer>(hmac, signing.secretKey);
  const signature = hmac(key, [ALGORITHM, date, scope.join('/'), sha256(canonical)].join('\n'));
  const credential = [signing.accessKey, ...scope].join('/');
  return {
    ...headers,
    authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature.toString('hex')}`,
  };
}
