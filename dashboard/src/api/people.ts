// Who is signed in, and how somebody gets in: set-up, sign-in, sign-out. A change of person drops everything that was read.
import { queryOptions } from '@tanstack/react-query';
import { paths } from '../paths.ts';
import { ApiError, accountApi } from './client.ts';
import { meQuery, queryClient } from './queries.ts';
import type { InvitationLook, Me, Setup } from './wire.ts';

/** Whether the instance has an owner, and what it offers before the sign-in. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => accountApi.get<Setup>('/setup', { signal }),
});

/** Keeps who is signed in from now on, and nothing that was read before. */
export function enter(me: Me): Me {
  queryClient.clear();
  queryClient.setQueryData(meQuery.queryKey, me);
  return me;
}

export async function claimInstance(body: {
  token: string;
  email: string;
  password: string;
  name: string;
  account?: string;
}): Promise<Me> {
  return enter(await accountApi.post<Me>('/setup', { body }));
}

export async function signIn(body: { email: string; password: string; code?: string }): Promise<Me> {
  return enter(await accountApi.post<Me>('/session', { body }));
}

/** Whether the password was right and the code of the second factor is needed too. */
export function asksForCode(error: unknown): boolean {
  return error instanceof ApiError && error.errorName === 'second_factor_needed';
}

/** @returns false when a code is needed too; nobody is signed in then. */
export async function trySignIn(given: { email: string; password: string }): Promise<boolean> {
  try {
    await signIn(given);
    return true;
  } catch (error) {
    if (asksForCode(error)) return false;
    throw error;
  }
}

/**
 * Ends the session and leaves the application by a new load of the page, so that nothing that was read stays in memory.
 * @param where in this browser, or in every one.
 */
export async function signOut(where: 'here' | 'everywhere'): Promise<void> {
  await accountApi.delete(where === 'here' ? '/session' : '/sessions');
  location.assign(paths.signIn());
}

/** Every other session of the person ends. */
export async function changePassword(body: { current: string; password: string }): Promise<void> {
  queryClient.setQueryData(meQuery.queryKey, await accountApi.post<Me>('/password', { body }));
}

/** What a link is for; changes nothing. */
export function lookAtInvitation(token: string): Promise<InvitationLook> {
  return accountApi.post<InvitationLook>('/invitations/look', { body: { token } });
}

export async function acceptInvitation(body: {
  token: string;
  password: string;
  name?: string;
  code?: string;
}): Promise<Me> {
  return enter(await accountApi.post<Me>('/invitations/accept', { body }));
}
