// What was entered stands in the fragment of the address, so that a reload and a link keep it. A fragment is never sent to
// a server, so no log ever has a prompt.
import { useRouter, useRouterState } from '@tanstack/react-router';
import { useCallback } from 'react';
import { encodeDraft } from '../../parts/draft-fragment.ts';
import type { Values } from './form.ts';

/** Longer ones stay on the page alone. */
const CHARACTERS_MAX = 16_000;

/** The draft of the address, and how to write one into it. */
export function useDraftAddress(): [draft: string, write: (values: Values) => void] {
  const router = useRouter();
  const fragment = useRouterState({ select: ({ location }) => location.hash });
  const write = useCallback(
    (values: Values) => {
      const { pathname, searchStr, hash } = router.state.location;
      const next = Object.keys(values).length === 0 ? '' : encodeDraft(values);
      if (next === hash || next.length > CHARACTERS_MAX || pathname !== '/playground') return;
      router.history.replace(`${pathname}${searchStr}${next ? `#${next}` : ''}`);
    },
    [router],
  );
  return [fragment, write];
}
