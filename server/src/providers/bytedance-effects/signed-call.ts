// A signed call of an action of the OpenAPI: form A itself, and the call that gives form B its tickets.
import type { ApiCall } from '../contract.ts';
import type { Signer } from './account.ts';
import { sign } from './sign.ts';

const CONTENT_TYPE = 'application/json';

/**
 * @param text the body, as it is signed and sent. @param atMs of the signature, in milliseconds since 1970.
 */
export function signedCall(
  signer: Signer,
  { action, text }: { action: string; text: string },
  atMs: number,
): ApiCall {
  const query = { Action: action, Version: signer.version };
  const address = `${signer.url.replace(/\/+$/, '')}/?${new URLSearchParams(query)}`;
  // The call itself refuses an invalid address, in the words that all providers share.
  const headers = URL.canParse(address)
    ? sign(
        { method: 'POST', url: new URL(address), body: text, contentType: CONTENT_TYPE },
        { ...signer, atMs },
      )
    : {};
  return {
    method: 'POST',
    base: signer.url,
    path: '/',
    query,
    headers,
    body: { text, contentType: CONTENT_TYPE },
  };
}
