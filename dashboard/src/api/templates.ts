// The templates of all vendors, as the server answers them.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { clientApi } from './client.ts';
import { useScope } from './queries.ts';

export interface Template {
  vendor: string;
  template_id: string;
  input_field: 'template_id' | 'template';
  model: string | null;
  title: string;
  description: string | null;
  tags: string[];
  aspect_ratios: string[];
  images_min: number;
  images_max: number;
  duration_s: number | null;
  prices: { resolution: string | null; credits: number }[];
  is_drawn_here: boolean;
  live_fault: string | null;
  cover_url: string | null;
  preview_url: string | null;
}

export interface Counted {
  value: string;
  count: number;
}

interface TemplatePage {
  total: number;
  templates: Template[];
  next_cursor: string | null;
  tags: Counted[];
  vendors: Counted[];
  aspect_ratios: Counted[];
}

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
