// Keys of the account and what each has used.
import { queryOptions } from '@tanstack/react-query';
import { accountApi } from './client.ts';
import type { Mode, Session } from './session.ts';
import type { Role } from './wire.ts';

/** What bounds a key; null is no bound. */
export interface KeyLimits {
  creates_max: number;
  creates_window_s: number;
  reads_per_10s: number | null;
  open_tasks_max: number | null;
  credits_day_max: number | null;
  credits_total_max: number | null;
  models: string[] | null;
  addresses: string[] | null;
  expires_at: string | null;
}

/** One of `GET /api/v1/account/keys`. */
export interface ApiKey extends KeyLimits {
  id: string;
  hint: string;
  mode: Mode;
  name: string;
  role: Role;
  credits_today: number;
  credits_total: number;
  created_at: string;
  last_used_at: string | null;
  disabled_at: string | null;
  earlier: { hint: string; ends_at: string } | null;
}

/** The answer that shows the key, this once. */
export interface MadeKey extends ApiKey {
  key: string;
}

export interface KeyChange extends Partial<KeyLimits> {
  name?: string;
  role?: Role;
  disabled?: boolean;
}

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
      type Answer = { items: { id: string; credits: number[] }[] };
      const { items } = await accountApi.get<Answer>('/usage/keys', { query, signal });
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
