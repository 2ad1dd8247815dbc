// Callbacks, the signing secret and inboxes, as the server answers them, and what changes them.

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { accountApi } from './client.ts';
import { useScope } from './queries.ts';
import type { Callback, CallbackInFull, CallbackTest, Inbox, InboxRequest, SecretInShort } from './wire.ts';

interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface CallbackFilter {
  state?: string;
  occasion?: string;
}

/** While something is under way, its page looks again this often. */
const LIVE_MS = 2_000;
/** What is under way is looked at again this often; the end of a task makes the log read again by itself. */
const LOG_MS = 10_000;

function hasWaiting(pages: readonly Page<Callback>[] = []): boolean {
  return pages.some(({ items }) => items.some(({ state }) => state === 'pending'));
}

export function useCallbackLog({ state, occasion }: CallbackFilter) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: scope('callbacks', { state, occasion }),
    queryFn: ({ signal, pageParam }) =>
      accountApi.get<Page<Callback>>('/callbacks', { signal, query: { state, occasion, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: ({ state }) => (hasWaiting(state.data?.pages) ? LOG_MS : false),
  });
}

export function useCallback(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: scope('callbacks', 'one', id),
    queryFn: ({ signal }) =>
      accountApi.get<CallbackInFull>(`/callbacks/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: LIVE_MS,
  });
}

export function useSecret() {
  const scope = useScope();
  return useQuery({
    queryKey: scope('callback-secret'),
    queryFn: ({ signal }) => accountApi.get<SecretInShort>('/callback-secret', { signal }),
  });
}

export function useInboxes() {
  const scope = useScope();
  return useQuery({
    queryKey: scope('inboxes'),
    queryFn: ({ signal }) => accountApi.get<Page<Inbox>>('/inboxes', { signal }),
  });
}

/** An inbox with what was posted to it; looks again as long as the page is seen. */
export function useInbox(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: scope('inboxes', id),
    queryFn: ({ signal }) =>
      accountApi.get<Inbox & { requests: InboxRequest[] }>(`/inboxes/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: LIVE_MS,
  });
}

/** A call that changes something of this page, after which it reads again. @param noun what changed. */
function useAct<Input, Answer>(noun: string, act: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: scope(noun) }),
  });
}

export function useReplay() {
  return useAct('callbacks', (id: string) => accountApi.post(`/callbacks/${encodeURIComponent(id)}/replay`));
}

export function useReplayFailed() {
  return useAct('callbacks', () => accountApi.post<{ replayed: number }>('/callbacks/replay-failed'));
}

export function useTestCallback() {
  return useAct('inboxes', (url: string) =>
    accountApi.post<CallbackTest>('/callbacks/test', { body: { url } }),
  );
}

export function useRevealSecret() {
  return useAct('callback-secret', () => accountApi.post<{ secret: string }>('/callback-secret/reveal'));
}

export function useRotateSecret() {
  return useAct('callback-secret', (hours: number) =>
    accountApi.post<{ secret: string; earlier_until: string | null }>('/callback-secret/rotate', {
      body: { overlap_hours: hours },
    }),
  );
}

export function useCreateInbox() {
  return useAct('inboxes', () => accountApi.post<Inbox>('/inboxes'));
}

export function useRemoveInbox() {
  return useAct('inboxes', (id: string) => accountApi.delete(`/inboxes/${encodeURIComponent(id)}`));
}
