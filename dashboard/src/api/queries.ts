// What several parts of the application read. Keys are `[noun, account, mode, ...]`, so a switch of either shows the other
// cache and never mixes them.
import { QueryCache, QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { ApiError, accountApi, clientApi } from './client.ts';
import { useIsLive } from './live-state.ts';
import { useSession } from './session.ts';
import type { Balance, Me, Role } from './wire.ts';

const RETRIES_MAX = 2;
const FRESH_MS = 10_000;
const BALANCE_MS = 10_000;

/** Refusals are final; only what did not arrive is tried again. */
export function isWorthRetry(count: number, error: unknown): boolean {
  const status = error instanceof ApiError ? error.status : 500;
  return count < RETRIES_MAX && (status === 0 || status >= 502);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      // The session has ended: asking who is signed in leads to the sign-in.
      const isUnknown = error instanceof ApiError && error.status === 401;
      if (isUnknown && queryKey[0] !== 'me') void queryClient.invalidateQueries({ queryKey: ['me'] });
    },
  }),
  defaultOptions: {
    queries: {
      retry: isWorthRetry,
      staleTime: FRESH_MS,
      refetchOnWindowFocus: true,
      refetchOnReconnect: 'always',
    },
    // An act that cannot be sent fails at once. Kept for later, it would spend credits when nobody looks any more.
    mutations: { networkMode: 'always' },
  },
});

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => accountApi.get<Me>('/me', { signal }),
  staleTime: 60_000,
});

/** The signed-in person; pages behind the shell always have one. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error('this page is behind the sign-in');
  return data;
}

/** The account that is looked at, with the person's role in it. */
export function useAccount(): { id: string; name: string; role: Role } {
  const { accounts } = useMe();
  const { account } = useSession();
  return (
    accounts.find(({ id }) => id === account) ?? accounts[0] ?? { id: '', name: 'No account', role: 'reader' }
  );
}

const RANKS: Record<Role, number> = { reader: 0, member: 1, owner: 2 };

/** Why the person may not do it: undefined if they may. For `disabledReason`. */
export function useRoleReason(needs: Role): string | undefined {
  const { role } = useAccount();
  if (RANKS[role] >= RANKS[needs]) return undefined;
  return needs === 'owner' ? 'Only an owner of the account may do this' : 'Your role may read and not spend';
}

/** The key of a query of the account and book that are looked at. */
export function useScope(): (noun: string, ...rest: unknown[]) => unknown[] {
  const { account, mode } = useSession();
  return (noun, ...rest) => [noun, account, mode, ...rest];
}

export function useBalance() {
  const scope = useScope();
  const isLive = useIsLive();
  return useQuery({
    queryKey: scope('balance'),
    queryFn: ({ signal }) => clientApi.get<Balance>('/account/balance', { signal }),
    // The stream says each change of it.
    refetchInterval: isLive ? false : BALANCE_MS,
  });
}
