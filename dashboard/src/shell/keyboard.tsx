// Keys that work on every page: Ctrl-K searches, `/` goes to the search of the page, `g` and a letter goes to a place, `?`
// lists them. Nothing happens while somebody types. The menu and the list are loaded when they are first opened.
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { Me } from '../api/wire.ts';
import { useGo } from './address.ts';
import { MEMBER_PLACES, OPERATOR_PLACES } from './navigation.ts';

const LETTER_WITHIN_MS = 1500;

const CommandMenu = lazy(() =>
  import('./command-menu.tsx').then((module) => ({ default: module.CommandMenu })),
);
const KeyList = lazy(() => import('./key-list.tsx').then((module) => ({ default: module.KeyList })));

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]');
}

/** The search field of the page, if it has one. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  field?.focus();
  field?.select();
  return field !== null;
}

type Open = 'menu' | 'keys' | undefined;

/** Whether a key is for the page: nobody types, nothing is open above it, and the browser has no use for it. */
function isForPage(event: KeyboardEvent): boolean {
  const isHeld = event.ctrlKey || event.metaKey || event.altKey;
  return (
    !isHeld &&
    !event.defaultPrevented &&
    !isTyping(event.target) &&
    !document.querySelector('[aria-modal="true"]')
  );
}

function findPlace(me: Me, letter: string) {
  const places = me.person.operator ? [...MEMBER_PLACES, ...OPERATOR_PLACES] : MEMBER_PLACES;
  return places.find((place) => place.letter === letter);
}

/** What the plain keys do; each says whether it took the key. */
function usePlainKeys(me: Me, open: (what: Open) => void): (key: string) => boolean {
  const go = useGo();
  const leaderMs = useRef(0);
  return useCallback(
    (key) => {
      const isLed = Date.now() - leaderMs.current < LETTER_WITHIN_MS;
      leaderMs.current = key === 'g' && !isLed ? Date.now() : 0;
      const place = isLed ? findPlace(me, key) : undefined;
      if (place) go(place.href);
      else if (key === '?') open('keys');
      else if (key === '/' && !focusSearch()) open('menu');
      return place !== undefined || key === '?' || key === '/';
    },
    [me, go, open],
  );
}

function useKeys(me: Me, open: (what: Open) => void): void {
  const onPlainKey = usePlainKeys(me, open);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isSearch = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
      if (isSearch) open('menu');
      if (isSearch || (isForPage(event) && onPlainKey(event.key))) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [onPlainKey, open]);
}

/** @returns how to open the menu, and what is open. */
export function useKeyboard(me: Me) {
  const [shown, setShown] = useState<Open>();
  useKeys(me, setShown);
  const close = () => setShown(undefined);
  return {
    openMenu: () => setShown('menu'),
    layer: (
      <Suspense>
        {shown === 'menu' && <CommandMenu me={me} onClose={close} />}
        {shown === 'keys' && <KeyList me={me} onClose={close} />}
      </Suspense>
    ),
  };
}
