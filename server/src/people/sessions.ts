// Who a cookie belongs to, looked up at most once in 0.9 s as keys are: a session that was ended on one node is refused by
// all within a second.
import { BoundedMap } from '../lib/bounded-map.ts';
import { SharedRead } from '../lib/shared-read.ts';
import type { SteadyClock } from '../lib/time.ts';
import type { MembershipRow, PersonRow } from './people.store.ts';

/** A person who is signed in, in one browser. */
export interface Session {
  id: string;
  person: PersonRow;
  /** Where the person may do something, and what. */
  accounts: readonly MembershipRow[];
  /** When the password was given. */
  signedInAt: Date;
  /** Values of `Set-Cookie` that keep the cookie as long as the session. */
  cookies: readonly string[];
}

const SESSION_CACHE_MS = 900;
const CACHE_ENTRIES_MAX = 10_000;

type Read = (cookie: string) => Promise<Session | undefined>;

export class SessionLookup {
  readonly #clock: SteadyClock;
  readonly #read: Read;
  readonly #reads = new BoundedMap<string, SharedRead<Session | undefined>>(CACHE_ENTRIES_MAX);

  constructor(clock: SteadyClock, read: Read) {
    this.#clock = clock;
    this.#read = read;
  }

  find(cookie: string): Session | undefined | Promise<Session | undefined> {
    const known = this.#reads.get(cookie);
    if (known?.fresh) return known.fresh.value;
    if (known) return known.current();
    const shared = new SharedRead({
      read: () => this.#read(cookie),
      clock: this.#clock,
      keepMs: SESSION_CACHE_MS,
    });
    this.#reads.set(cookie, shared);
    return shared.current();
  }

  /** Call it after a change of the sessions or roles of a person: its next look-ups read again. */
  forget(personId: string): void {
    for (const shared of this.#reads.values()) {
      const session = shared.fresh?.value;
      // What is being read now may be from before the change.
      if (!session || session.person.id === personId) shared.forget();
    }
  }
}
