// What operators read and do, as the operator door answers it. Times there are Unix seconds.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { operatorApi, type Query, toApiError } from './client.ts';

const LIVE_MS = 5_000;

interface ListPage<Item> {
  items: Item[];
  next: string | null;
}

/** One thing of the operator door. @param isLive it is read again every few seconds. @param isWanted false: not at all. */
export function useOperatorRead<Answer>(path: string, { isLive = false, isWanted = true } = {}) {
  return useQuery({
    queryKey: ['operator', path],
    queryFn: ({ signal }) => operatorApi.get<Answer>(path, { signal }),
    refetchInterval: isLive ? LIVE_MS : false,
    enabled: isWanted,
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
