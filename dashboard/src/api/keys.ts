// Keys of the account and what each has used.
import { queryOptions } from '@tanstack/react-query';
import { accountApi } from './client.ts';
import type { Mode, Session } from './session.ts';
import type { ApiKey, KeyChange, KeyDays, MadeKey } from './wire.ts';

const PAGE = 200;
/** Days of the line in the list. */
const DAYS = 14;

export function keysQuery({ account }: Session) {
  return queryOptions({
    queryKey: ['keys', account],
    queryFn: async ({ signal }) =>
      (await accountApi.get<{ items: ApiKey[] }>('/keys', { query: { limit: PAGE }, signal })).items,
  });
}

/** What each key was charged on each of the last days, by its id. */
export function keyDaysQuery({ account }: Session) {
  return queryOptions({
    queryKey: ['key-days', account],
    queryFn: async ({ signal }) => {
      const query = { days: DAYS };
      const { items } = await accountApi.get<KeyDays>('/usage/keys', { query, signal });
      return new Map(items.map(({ id, credits }) => [id, credits]));
    },
  });
}

export function makeKey(body: KeyChange & { name: string; mode: Mode }): Promise<MadeKey> {
  return accountApi.post<MadeKey>('/keys', { body });
}

export function changeKey(id: string, body: KeyChange): Promise<ApiKey> {
  return accountApi.patch<ApiKey>(`/keys/${id}`, { body });
}

export function rotateKey(id: string, overlapSeconds: number): Promise<MadeKey> {
  return accountApi.post<MadeKey>(`/keys/${id}/rotate`, { body: { overlap_s: overlapSeconds } });
}
