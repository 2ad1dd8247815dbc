// Keys of the account and what each has used.
import { queryOptions } from '@tanstack/react-query';
import { accountApi, type Query } from './client.ts';
import type { Mode, Session } from './session.ts';
import type { ApiKey, KeyChange, KeyDays, KeyPage, MadeKey } from './wire.ts';

const PAGE = 200;
/** More than anybody looks through. */
const KEYS_MAX = 2_000;
/** Days of the line in the list. */
const DAYS = 14;

export function keysQuery({ account }: Session) {
  return queryOptions({
    queryKey: ['keys', account],
    queryFn: async ({ signal }) => {
      const keys: ApiKey[] = [];
      let after: string | undefined;
      do {
        const query: Query = { limit: PAGE, after };
        const page = await accountApi.get<KeyPage>('/keys', { query, signal });
        keys.push(...page.items);
        after = page.next ?? undefined;
      } while (after !== undefined && keys.length < KEYS_MAX);
      return keys;
    },
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
