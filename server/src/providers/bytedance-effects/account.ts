// The account of an operator: its fields, and what they mean. The service has two APIs. Form A is the signed
// OpenAPI; form B is the HTTP API of KickArt, with a key, or with a ticket that a signed call returns.
import type { Credential, CredentialField } from '../contract.ts';

/**
 * The order of the vendor's samples for this service; its general signer uses `host;x-content-sha256;x-date`.
 */
const SIGNED_HEADERS = 'host;x-date;x-content-sha256;content-type';
const SIGNABLE = ['host', 'x-date', 'x-content-sha256', 'content-type'];
/** Without these a signature would be valid for another body, day or host. */
const SIGNED_ALWAYS = ['host', 'x-date', 'x-content-sha256'];
const SERVICE = 'iccloud_muse';
const TICKET_MINUTES_MAX = 24 * 60;

/** No form needs all of them; `readAccount` says which are missing. */
function secret(name: string, environment: string, about: string): CredentialField {
  return { name, environment, about, isSecret: true, isOptional: true, fallback: '' };
}

function choice(
  name: string,
  environment: string,
  { about, fallback }: { about: string; fallback: string },
): CredentialField {
  return { name, environment, about, isSecret: false, fallback };
}

export const CREDENTIAL_FIELDS: readonly CredentialField[] = [
  choice('form', 'BYTEDANCE_EFFECTS_FORM', {
    about: 'a is the signed OpenAPI, b the HTTP API of KickArt',
    fallback: 'a',
  }),
  secret('access_key', 'VOLC_ACCESS_KEY', 'access key; form a, and form b without an API key'),
  secret('secret_key', 'VOLC_SECRET_KEY', 'secret key of the access key'),
  secret('session_token', 'VOLC_SESSION_TOKEN', 'token of temporary keys (STS); empty for lasting ones'),
  choice('base_url', 'BYTEDANCE_EFFECTS_BASE_URL', {
    about: 'form a: address of the OpenAPI',
    fallback: 'https://icp.volcengineapi.com',
  }),
  choice('region', 'BYTEDANCE_EFFECTS_REGION', {
    about: 'form a: cn-north-1 by the documents, cn-north in samples of the vendor',
    fallback: 'cn-north-1',
  }),
  choice('version', 'BYTEDANCE_EFFECTS_VERSION', {
    about: 'form a: version of the actions',
    fallback: '2025-11-25',
  }),
  choice('signed_headers', 'BYTEDANCE_EFFECTS_SIGNED_HEADERS', {
    about: 'headers that are signed, in this order; the other known order is host;x-content-sha256;x-date',
    fallback: SIGNED_HEADERS,
  }),
  secret('api_key', 'KICKART_API_KEY', 'form b: API key of KickArt; without one, tickets are fetched'),
  choice('kickart_url', 'KICKART_URL', {
    about: 'form b: KickArt in China; BytePlus is https://kickart.bytepluses.com',
    fallback: 'https://kickart.volces.com',
  }),
  choice('kickart_edition', 'KICKART_EDITION', {
    about: 'form b: 1 calls submit and query, 2 calls submit/v2 and query/v2',
    fallback: '1',
  }),
  choice('ticket_url', 'KICKART_TICKET_URL', {
    about: 'form b: where tickets come from; BytePlus is https://open.byteplusapi.com',
    fallback: 'https://open.volcengineapi.com',
  }),
  choice('ticket_scope', 'KICKART_TICKET_SCOPE', {
    about: 'form b: service/region/version of the tickets; BytePlus is kickart/ap-southeast-1/2026-02-27',
    fallback: 'ic_iam/cn-north/2025-08-25',
  }),
  choice('ticket_minutes', 'KICKART_TICKET_MINUTES', {
    about: 'form b: how long a ticket is used; the vendor uses one for 60, on BytePlus for 720',
    fallback: '60',
  }),
];

/** What a signed call needs besides itself. */
export interface Signer {
  url: string;
  accessKey: string;
  secretKey: string;
  sessionToken: string;
  service: string;
  region: string;
  version: string;
  signedHeaders: readonly string[];
}

export interface TicketSource {
  signer: Signer;
  lifeMinutes: number;
}

export type Account =
  | { form: 'a'; signer: Signer }
  | { form: 'b'; url: string; pathEnd: string; proof: { apiKey: string } | { tickets: TicketSource } };

type Fields = Credential['fields'];

function readSigner(
  fields: Fields,
  place: Pick<Signer, 'url' | 'service' | 'region' | 'version'>,
): Signer | string {
  const { access_key: accessKey = '', secret_key: secretKey = '', session_token: sessionToken = '' } = fields;
  if (accessKey === '' || secretKey === '') return 'access_key and secret_key are needed';
  const signedHeaders = (fields.signed_headers ?? '').split(';');
  const isGood =
    new Set(signedHeaders).size === signedHeaders.length &&
    signedHeaders.every((name) => SIGNABLE.includes(name)) &&
    SIGNED_ALWAYS.every((name) => signedHeaders.includes(name));
  if (!isGood) return `signed_headers must be ${SIGNED_HEADERS}, or host;x-content-sha256;x-date`;
  return { ...place, accessKey, secretKey, sessionToken, signedHeaders };
}

function readTickets(fields: Fields): TicketSource | string {
  const [service, region, version, ...rest] = (fields.ticket_scope ?? '').split('/');
  if (!service || !region || !version || rest.length > 0)
    return 'ticket_scope must be service/region/version';
  const lifeMinutes = Number(fields.ticket_minutes);
  if (!(lifeMinutes >= 1 && lifeMinutes <= TICKET_MINUTES_MAX)) {
    return `ticket_minutes must be a number from 1 to ${TICKET_MINUTES_MAX}`;
  }
  const signer = readSigner(fields, { url: fields.ticket_url ?? '', service, region, version });
  if (typeof signer === 'string') return `api_key, or ${signer}`;
  return { signer, lifeMinutes };
}

function readKickart(fields: Fields): Account | string {
  const pathEnd = { 1: '', 2: '/v2' }[fields.kickart_edition ?? ''];
  if (pathEnd === undefined) return 'kickart_edition must be 1 or 2';
  const place = { form: 'b', url: fields.kickart_url ?? '', pathEnd } as const;
  if (fields.api_key) return { ...place, proof: { apiKey: fields.api_key } };
  const tickets = readTickets(fields);
  return typeof tickets === 'string' ? tickets : { ...place, proof: { tickets } };
}

/**
 * @param form of the job, if there is one: a job is asked about through the form that began it. @returns a
 * sentence if unfit.
 */
export function readAccount({ fields }: Credential, form = fields.form): Account | string {
  if (form === 'b') return readKickart(fields);
  if (form !== 'a') return 'form must be a or b';
  const { base_url: url = '', region = '', version = '' } = fields;
  const signer = readSigner(fields, { url, service: SERVICE, region, version });
  return typeof signer === 'string' ? signer : { form, signer };
}
