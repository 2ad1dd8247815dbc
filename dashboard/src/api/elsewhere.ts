// Sign-in elsewhere and a lost password: what the pages before and behind the sign-in ask of the server.
import { queryOptions } from '@tanstack/react-query';
import { accountApi } from './client.ts';
import type { SignIn } from './wire.ts';

/** The names of the ways to sign in elsewhere, as people know them. */
const NAMES: Record<string, string> = { google: 'Google', github: 'GitHub', oidc: 'your company’s sign-in' };

export function nameOfProvider(id: string): string {
  return NAMES[id] ?? id;
}

/** Leaves the page for the provider. @param purpose to sign in, or to link an identity with the signed-in person. */
export async function leaveFor(provider: string, purpose: 'sign-in' | 'link'): Promise<void> {
  const path = `/oauth/${encodeURIComponent(provider)}${purpose === 'link' ? '/link' : ''}`;
  const { url } = await accountApi.post<{ url: string }>(path);
  window.location.assign(url);
}

/** The ways in which the signed-in person signs in. */
export const signInsQuery = queryOptions({
  queryKey: ['sign-ins'],
  queryFn: async ({ signal }) => (await accountApi.get<{ items: SignIn[] }>('/sign-ins', { signal })).items,
});

export function unlinkSignIn(id: string): Promise<unknown> {
  return accountApi.delete(`/sign-ins/${id}`);
}

/** The answer is the same whether somebody has the address or not. */
export async function askForPasswordLink(email: string): Promise<void> {
  await accountApi.post('/password/lost', { body: { email } });
}

const SENTENCES: Record<string, string> = {
  account_not_linked:
    'This address belongs to a person here. Sign in with the password, then link the other sign-in on the account page.',
  unable_to_create_user:
    'Nobody here has this address, and no invitation is open for it. Ask an owner for one.',
  unable_to_create_session: 'You have a second factor. Sign in with your password and a code.',
  email_does_not_match: 'The other sign-in is for another address than yours.',
  access_denied: 'The sign-in was refused or given up there.',
  state_mismatch: 'The sign-in was begun in another browser, or too long ago. Begin again.',
};

/** What came of a sign-in elsewhere, by the word in the address; an unknown word is not repeated. */
export function sentenceOfReturn(error: string): string {
  return SENTENCES[error] ?? 'The sign-in elsewhere did not work. Begin again, or use your password.';
}
