// What was entered stands in the fragment of the address, so that a reload and a link keep it. A fragment is never sent to
// a server, so no log ever has a prompt.
import { useRouter, useRouterState } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Values } from './form.ts';

const PREFIX = 'input=';
/** Longer ones stay on the page alone. */
const CHARACTERS_MAX = 16_000;

export function encodeDraft(values: Values): string {
  const bytes = new TextEncoder().encode(JSON.stringify(values));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return PREFIX + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @returns undefined for a fragment that holds none. */
export function decodeDraft(fragment: string): Values | undefined {
  if (!fragment.startsWith(PREFIX)) return undefined;
  try {
    const binary = atob(fragment.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'));
    const value = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // Somebody shortened the link: begin with nothing.
    return undefined;
  }
}

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
