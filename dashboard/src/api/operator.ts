// What operators read and do, as the operator door answers it. Times there are Unix seconds.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { CallbackState, Occasion } from './callbacks.ts';
import { operatorApi, type Query, toApiError } from './client.ts';
import type { Role } from './wire.ts';

const LIVE_MS = 5_000;

export type Book = 'live' | 'test';

export interface Overview {
  violations: { invariant: string; count: number }[];
  audit_age_seconds: number | null;
  open: { state: string; book: Book; count: number }[];
  oldest_waiting_seconds: number;
  unknown: number;
  unreadable: number;
  unfetched: number;
  callbacks_pending: number;
  oldest_callback_seconds: number;
  oldest_job_seconds: number;
  nodes: number;
  losses: number;
  credentials: { state: string; count: number }[];
  maintenance: boolean;
}

export interface Node {
  id: string;
  host: string;
  process_id: number;
  started_at: number;
  seen_at: number;
  tasks: number;
}

export interface Account {
  id: string;
  name: string;
  open_tasks_max: number | null;
  created_at: number;
  disabled_at: number | null;
}

/** One who can sign in. */
export interface PersonOfInstance {
  id: string;
  email: string;
  name: string;
  operator: boolean;
  second_factor: boolean;
  accounts: { id: string; name: string; role: Role }[];
  created_at: number;
}

/** A link that lets somebody in, shown this once. */
export interface PersonLink {
  email: string;
  expires_at: number;
  link: string;
}

export interface AccountBalance {
  book: Book;
  available: number;
  held: number;
  posted: number;
}

export interface Movement {
  id: string;
  kind: 'grant' | 'adjust' | 'capture';
  credits: number;
  balance: number;
  task_id: string | null;
  reason: string;
  created_at: number;
}

export interface KeyOfAccount {
  id: string;
  hint: string;
  mode: Book;
  name: string;
  created_at: number;
  disabled_at: number | null;
}

export type Price =
  | { kind: 'flat'; version: string; credits: number }
  | { kind: 'per_second'; version: string; credits: Record<string, number> }
  | { kind: 'per_picture'; version: string; credits: Record<string, number> }
  | { kind: 'template'; version: string; credits?: number };

export interface Offer {
  id: string;
  provider: string;
  enabled: boolean;
  accounts: string[] | null;
  order: number;
  weight: number;
  cost: { unit: string; usd: number; source: string; date: string } | null;
}

export interface ModelStatus {
  model: string;
  enabled: boolean;
  maintenance: boolean;
  open_tasks_max: number | null;
  price: Price;
  price_since: number | null;
  next_prices: { starts_at: number; price: Price }[];
  shipped_price: Price;
  offers: Offer[];
}

export interface ProviderField {
  name: string;
  about: string;
  is_secret: boolean;
  is_required: boolean;
  fallback: string | null;
  way: string | null;
}

export interface Provider {
  id: string;
  title: string;
  docs: string;
  fields: ProviderField[];
}

export interface Credential {
  id: string;
  provider: string;
  name: string;
  source: 'environment' | 'operator';
  state: 'ready' | 'cooling' | 'disabled' | 'retired' | 'unusable';
  proof: 'untested' | 'works' | 'failed';
  fault: string | null;
  key_hint: string;
  host: string | null;
  enabled: boolean;
  weight: number;
  requests_per_minute: number | null;
  open_tasks_max: number | null;
  cooling_until: number | null;
  cool_reason: string | null;
  balance: { unit: string; amount: number } | null;
}

export interface CredentialTest {
  works: boolean;
  detail: string;
  latency_ms: number;
}

export interface Catalogue {
  catalogue: string;
  templates: number;
  enabled: number;
  covers: number;
  covers_failed: number;
  previews: number;
  previews_failed: number;
  previews_due: number;
  preview_bytes: number;
}

export interface ImportPlan {
  added: string[];
  changed: { id: string; fields: string[] }[];
  unchanged: string[];
  missing: string[];
}

export interface StuckTask {
  id: string;
  account: string;
  account_id: string;
  book: Book;
  model: string;
  state: string;
  price: number;
  created_at: number;
  deadline_at: number;
  provider: string | null;
  attempt_state: string | null;
  unreadable_at: number | null;
  unfetched_at: number | null;
}

export interface Loss {
  id: string;
  account_id: string;
  book: Book;
  task_id: string;
  credits: number;
  reason: string;
  created_at: number;
}

export interface Act {
  id: string;
  created_at: number;
  actor: { kind: 'person' | 'token' | 'key' | 'command' | 'server'; id: string | null; name: string };
  action: string;
  subject: string;
  account_id: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  origin: string;
  address: string | null;
  request_id: string | null;
}

export interface OperatorCallback {
  id: string;
  task_id: string | null;
  occasion: Occasion;
  account_id: string;
  book: Book;
  url: string;
  state: CallbackState;
  tries: number;
  next_try_at: number | null;
  created_at: number;
  completed_at: number | null;
}

/** A try of a callback. */
export interface Delivery {
  number: number;
  trigger: 'schedule' | 'replay' | 'copy';
  sent_at: number;
  duration_ms: number;
  http_status: number | null;
  error: string | null;
  response_head: string | null;
}

interface ListPage<Item> {
  items: Item[];
  next: string | null;
}

/** One thing of the operator door. @param isLive it is read again every few seconds. */
export function useOperatorRead<Answer>(path: string, { isLive = false } = {}) {
  return useQuery({
    queryKey: ['operator', path],
    queryFn: ({ signal }) => operatorApi.get<Answer>(path, { signal }),
    refetchInterval: isLive ? LIVE_MS : false,
  });
}

/** A list of the operator door, page by page. @param isLive it is read again every few seconds. */
export function useOperatorList<Item>(path: string, query: Query = {}, { isLive = false } = {}) {
  return useInfiniteQuery({
    queryKey: ['operator', path, query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      operatorApi.get<ListPage<Item>>(path, { signal, query: { ...query, after: pageParam } }),
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: isLive ? LIVE_MS : false,
  });
}

export interface OperatorCall {
  method: 'post' | 'put' | 'patch' | 'delete';
  path: string;
  body?: unknown;
  query?: Query;
}

function callOperator<Answer>({ method, path, body, query }: OperatorCall): Promise<Answer> {
  return operatorApi[method]<Answer>(path, { body, query });
}

/** An act: one call that changes something, after which everything of operators is read again. */
export function useOperatorAct<Answer>() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (call: OperatorCall) => callOperator<Answer>(call),
    onSuccess: () => client.invalidateQueries({ queryKey: ['operator'] }),
  });
}

export interface NamedCall {
  id: string;
  /** What it is done to, for a person. */
  name: string;
  call: OperatorCall;
}

/** How far an act on many things is. */
export interface ManyProgress {
  total: number;
  done: string[];
  refused: { id: string; name: string; message: string }[];
  isRunning: boolean;
}

/**
 * An act on many things: one call after the other, each of which is a line of the audit log. One that is refused does not
 * keep the others from it.
 */
export function useManyActs() {
  const client = useQueryClient();
  const [progress, setProgress] = useState<ManyProgress>();
  const isStopped = useRef(false);
  const run = async (calls: readonly NamedCall[]) => {
    isStopped.current = false;
    let now: ManyProgress = { total: calls.length, done: [], refused: [], isRunning: true };
    const show = (change: Partial<ManyProgress>) => {
      now = { ...now, ...change };
      setProgress(now);
    };
    show({});
    for (const { id, name, call } of calls) {
      if (isStopped.current) break;
      try {
        await callOperator(call);
        show({ done: [...now.done, id] });
      } catch (error) {
        // It is shown beside its name, and the others go on.
        show({ refused: [...now.refused, { id, name, message: toApiError(error).message }] });
      }
    }
    show({ isRunning: false });
    await client.invalidateQueries({ queryKey: ['operator'] });
  };
  const stop = () => {
    isStopped.current = true;
  };
  return { progress, run, stop, clear: () => setProgress(undefined) };
}

/** The address of the audit log as a file. */
export function auditFileAddress(format: 'csv' | 'json', query: Record<string, string>): string {
  return `/api/v1/operator/acts/export?${new URLSearchParams({ ...query, format })}`;
}
