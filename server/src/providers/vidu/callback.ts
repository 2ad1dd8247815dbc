// Updates that Vidu posts, and the proof that they come from Vidu. The signature covers method, path, query
// and a few headers but not the body, so the body is only a hint.
// https://platform.vidu.com/docs/callback-signature.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { MINUTE_MS } from '../../lib/time.ts';
import { parseBody } from '../callback-body.ts';
import type { CallContext, HintOutcome, HintRequest } from '../contract.ts';
import { readWire } from '../kit/wire.ts';
import { callbackSchema } from './wire.ts';

const ACCESS_KEY = 'vidu';
/**
 * How far the header `Date` may be from this server's clock: within it a repeated post is accepted, and only
 * leads to a look.
 */
const WINDOW_MS = 5 * MINUTE_MS;

/** The text under the signature: one line each, the last one with its line break too. */
function signedText({ method, path, query, headers }: HintRequest): string {
  const names = (headers['x-hmac-signed-headers'] ?? '').split(';').filter((name) => name !== '');
  const lines = [
    method.toUpperCase(),
    path,
    query.replace(/^\?/, ''),
    ACCESS_KEY,
    headers.date ?? '',
    ...names.map((name) => `${name}:${headers[name.toLowerCase()] ?? ''}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function findFault(request: HintRequest, { credential, clock }: CallContext): string | undefined {
  const { headers } = request;
  if (headers['x-hmac-algorithm']?.toLowerCase() !== 'hmac-sha256')
    return 'it is not signed in the documented way';
  if (headers['x-hmac-access-key'] !== ACCESS_KEY) return 'its access key is not the documented one';
  const sentAtMs = Date.parse(headers.date ?? '');
  if (!(Math.abs(clock() - sentAtMs) <= WINDOW_MS)) return 'its date is missing or more than 5 minutes away';
  const wanted = createHmac('sha256', credential.fields.api_key).update(signedText(request)).digest();
  const given = Buffer.from(headers['x-hmac-signature'] ?? '', 'base64');
  const isSame = given.length === wanted.length && timingSafeEqual(given, wanted);
  return isSame ? undefined : 'its signature is wrong';
}

/** Verified with the API key that made the task, since the service signs with that key. */
export async function parseHint(request: HintRequest, context: CallContext): Promise<HintOutcome> {
  const fault = findFault(request, context);
  if (fault !== undefined) return { type: 'refused', detail: fault };
  const id = readWire(callbackSchema, parseBody(request))?.id;
  return { type: 'hint', ...(id === undefined ? {} : { reference: { id } }) };
}
