// Who is signed in, and how somebody gets in: set-up, sign-in, sign-out. A change of person drops everything that was read.
import { queryOptions } from '@tanstack/react-query';
import { accountApi } from './client.ts';
import { meQuery, queryClient } from './queries.ts';
import type { Me, Setup } from './wire.ts';

/** Whether the instance has an owner, and what it offers before the sign-in. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => accountApi.get<Setup>('/setup', { signal }),
});

function enter(me: Me): Me {
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

/** @param where in this browser, or in every one. */
export async function signOut(where: 'here' | 'everywhere'): Promise<void> {
  await accountApi.delete(where === 'here' ? '/session' : '/sessions');
  queryClient.clear();
}

/** Every other session of the person ends. */
export async function changePassword(body: { current: string; password: string }): Promise<void> {
  await accountApi.post('/password', { body });
}
