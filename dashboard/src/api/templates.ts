// The templates of all vendors, as the server answers them.

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { clientApi } from './client.ts';
import { useScope } from './queries.ts';
import type { TemplatePage } from './wire.ts';

export interface TemplateFilter {
  q?: string;
  tag?: string;
  vendor?: string;
  images?: string;
  ratio?: string;
  sort?: string;
}

/** As many as catalogues usually have: one page, whose cards stay while they are looked through. */
const PAGE_SIZE = 300;

/** What was found stays on the page while the next filter is asked for. */
export function useTemplates(filter: TemplateFilter) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: scope('templates', filter),
    queryFn: ({ signal, pageParam }) =>
      clientApi.get<TemplatePage>('/job/Templates', {
        signal,
        query: { ...filter, limit: PAGE_SIZE, cursor: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
