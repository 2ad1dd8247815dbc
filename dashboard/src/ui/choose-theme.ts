// The theme: light, dark, or that of the system. `/theme.js` reads the same entry before the first paint.
import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';

const ENTRY = 'reelay.theme';
const listeners = new Set<() => void>();
const systemIsDark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

function readChoice(): ThemeChoice {
  try {
    const kept = localStorage.getItem(ENTRY);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
    return 'system';
  }
}

let choice = readChoice();

function shownTheme(): 'light' | 'dark' {
  if (choice !== 'system') return choice;
  return systemIsDark?.matches ? 'dark' : 'light';
}

function show(): void {
  document.documentElement.dataset.mantineColorScheme = shownTheme();
  for (const listener of listeners) listener();
}

systemIsDark?.addEventListener('change', show);

/** Keeps the choice and shows it at once. */
export function chooseTheme(next: ThemeChoice): void {
  choice = next;
  try {
    localStorage.setItem(ENTRY, next);
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
  show();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What was chosen, and which of the two themes it shows now. */
export function useTheme(): { choice: ThemeChoice; shown: 'light' | 'dark' } {
  const shown = useSyncExternalStore(listen, shownTheme);
  return { choice: useSyncExternalStore(listen, () => choice), shown };
}
