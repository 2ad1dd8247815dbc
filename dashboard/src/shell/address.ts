// The state of a page is its address: filters, tabs, what is open.
import { useRouter, useRouterState } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/** What the query of an address says; unknown names do no harm. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function formatSearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  return query.size > 0 ? `?${query}` : '';
}

export type SearchChange = Record<string, string | undefined>;

/**
 * The query of the page and how to change it: names that are not given stay, undefined removes one.
 * `replace` leaves no step for the back button (what is typed letter by letter).
 */
export function useSearch(): [
  search: Record<string, string>,
  change: (change: SearchChange, options?: { replace?: boolean }) => void,
] {
  const router = useRouter();
  const text = useRouterState({ select: ({ location }) => location.searchStr });
  const search = useMemo(() => parseSearch(text), [text]);
  const change = useCallback(
    (next: SearchChange, { replace = false } = {}) => {
      const { pathname, searchStr, hash } = router.state.location;
      const query = formatSearch({ ...parseSearch(searchStr), ...next });
      const address = `${pathname}${query}${hash ? `#${hash}` : ''}`;
      if (replace) router.history.replace(address);
      else router.history.push(address);
    },
    [router],
  );
  return [search, change];
}

/** Goes to an address of `paths`. */
export function useGo(): (href: string, options?: { replace?: boolean }) => void {
  const router = useRouter();
  return useCallback(
    (href, { replace = false } = {}) => (replace ? router.history.replace(href) : router.history.push(href)),
    [router],
  );
}
