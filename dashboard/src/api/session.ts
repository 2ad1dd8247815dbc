// Which account and which book this browser looks at. Both go with every request; the choice outlives the page.
import { useSyncExternalStore } from 'react';

export type Mode = 'test' | 'live';

export interface Session {
  /** Undefined until it is known which accounts the person has. */
  account: string | undefined;
  mode: Mode;
}

const ENTRY = 'reelay.session';
const listeners = new Set<() => void>();

/** Links may name both, so that a link from a colleague opens in the right place. */
function readAddress(): Partial<Session> {
  const query = new URLSearchParams(globalThis.location?.search ?? '');
  const mode = query.get('mode');
  return {
    ...(query.get('account') ? { account: query.get('account') ?? undefined } : {}),
    ...(mode === 'test' || mode === 'live' ? { mode } : {}),
  };
}

function readKept(): Partial<Session> {
  try {
    const { account, mode } = JSON.parse(localStorage.getItem(ENTRY) ?? '{}');
    return {
      account: typeof account === 'string' ? account : undefined,
      mode: mode === 'live' ? 'live' : 'test',
    };
  } catch {
    // Blocked storage or an entry of another version: begin with the defaults.
    return {};
  }
}

let session: Session = { account: undefined, mode: 'test', ...readKept(), ...readAddress() };

export function currentSession(): Session {
  return session;
}

/** Changes the account or the book, for this page and the next ones. */
export function chooseSession(change: Partial<Session>): void {
  session = { ...session, ...change };
  try {
    localStorage.setItem(ENTRY, JSON.stringify(session));
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSession(): Session {
  return useSyncExternalStore(listen, currentSession);
}
