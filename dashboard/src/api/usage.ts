// What the account has used, and what moved its credits.

import { queryOptions } from '@tanstack/react-query';
import { accountApi, addressInSession } from './client.ts';
import type { Session } from './session.ts';
import type { StatementPage, UsageReport } from './wire.ts';

/** What narrows a report; days are in UTC. */
export interface UsageQuestion {
  by: string;
  from: string | undefined;
  to: string | undefined;
  key: string | undefined;
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
