// What the account has used, and what moved its credits.
import { queryOptions } from '@tanstack/react-query';
import { accountApi, addressInSession } from './client.ts';
import type { Session } from './session.ts';

interface Sums {
  tasks: number;
  succeeded: number;
  failed: number;
  credits: number;
  held: number;
}

export interface UsageRow extends Sums {
  name: string | null;
  label: string | null;
}

/** `GET /api/v1/account/usage`. */
export interface UsageReport {
  by: string;
  from: string;
  to: string;
  rows: UsageRow[];
  sum: Sums;
}

/** What narrows a report; days are in UTC. */
export interface UsageQuestion {
  by: string;
  from: string | undefined;
  to: string | undefined;
  key: string | undefined;
}

/** One of `GET /api/v1/account/statement`. */
export interface Movement {
  id: string;
  kind: 'grant' | 'adjust' | 'capture';
  credits: number;
  balance: number;
  task_id: string | null;
  reason: string;
  created_at: string;
}

export function usageQuery({ account, mode }: Session, question: UsageQuestion) {
  return queryOptions({
    queryKey: ['usage', account, mode, question],
    queryFn: ({ signal }) => accountApi.get<UsageReport>('/usage', { query: { ...question }, signal }),
    placeholderData: (before) => before,
  });
}

/** Where the same rows are a file. */
export function usageFile(question: UsageQuestion): string {
  return addressInSession('/api/v1/account/usage/export', { ...question });
}

interface StatementPage {
  items: Movement[];
  next: string | null;
}

export function statementQuery(
  { account, mode }: Session,
  { task, after }: { task: string | undefined; after: string | undefined },
) {
  return queryOptions({
    queryKey: ['statement', account, mode, task, after],
    queryFn: ({ signal }) =>
      accountApi.get<StatementPage>('/statement', { query: { task, after, limit: 25 }, signal }),
    placeholderData: (before) => before,
  });
}
