// Takes the notices that callers have changed: what is kept of them is looked up again, and the event streams that they hold
// open ask at once whether they still may. A notice that is lost costs seconds: look-ups and streams also go by the clock.
import type { FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/accounts.ts';
import { readCallerNotice } from '../accounts/caller-notice.ts';
import type { People } from '../people/people.ts';
import { callerOf } from './gate.ts';

export class CallerChanges {
  readonly #accounts: Accounts;
  readonly #people: People;
  /** What is called, by the id of the key, account or person that it depends on. */
  readonly #watchers = new Map<string, Set<() => void>>();

  constructor({ accounts, people }: { accounts: Accounts; people: People }) {
    this.#accounts = accounts;
    this.#people = people;
  }

  /** Takes a notice from a node. */
  receive(payload: string): void {
    const changed = readCallerNotice(payload);
    if (!changed) return;
    if (changed.noun === 'person') this.#people.forget(changed.id);
    else this.#accounts.forget(changed);
    for (const look of [...(this.#watchers.get(changed.id) ?? [])]) look();
  }

  /** Notices may have been lost. */
  receiveGap(): void {
    for (const id of [...this.#watchers.keys()])
      for (const look of [...(this.#watchers.get(id) ?? [])]) look();
  }

  /** Calls `look` whenever the caller of a request may have lost its right. @returns the function that ends it. */
  watch(request: FastifyRequest, look: () => void): () => void {
    const { accountId, keyId, session } = callerOf(request);
    const ids = session ? [accountId, session.person.id] : [accountId, keyId];
    for (const id of ids) {
      const watchers = this.#watchers.get(id) ?? new Set();
      this.#watchers.set(id, watchers.add(look));
    }
    return () => {
      for (const id of ids) {
        const watchers = this.#watchers.get(id);
        watchers?.delete(look);
        if (watchers?.size === 0) this.#watchers.delete(id);
      }
    };
  }
}
