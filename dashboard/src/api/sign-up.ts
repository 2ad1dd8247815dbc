// Open sign-up: what its page asks of the server.
import { accountApi } from './client.ts';
import { enter } from './people.ts';
import type { Me } from './wire.ts';

/** The answer is the same whether somebody has the address or not. */
export async function askForSignUpLink(email: string): Promise<void> {
  await accountApi.post('/sign-up', { body: { email } });
}

/** The address that a link is for; changes nothing. */
export function lookAtSignUp(token: string): Promise<{ email: string }> {
  return accountApi.post('/sign-up/look', { body: { token } });
}

export async function acceptSignUp(body: {
  token: string;
  name: string;
  password: string;
  account: string;
}): Promise<Me> {
  return enter(await accountApi.post<Me>('/sign-up/accept', { body }));
}
