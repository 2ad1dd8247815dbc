// What changes in accounts that somebody watches: their tasks and balances, on this node and on all others. All watchers
// of all accounts share one look, however many they are, and without a watcher nothing is read. A look follows a notice of
// a change (changes.ts) within a moment; every two seconds it reads what is open again, since a notice can be lost.
//
// An account is unwatched → watched (the first watcher joins) → unwatched (the last one leaves).
import type { Pool } from 'pg';
import type { Balance, Credits } from '../credits/credits.ts';
import { type Clock, SECOND_MS, type SteadyClock } from '../lib/time.ts';
import type { TaskChanges } from './changes.ts';
import type { TaskOwner, Tasks } from './tasks.ts';
import { readChanged, readRecent, type WatchedTask } from './watch.store.ts';

export type { WatchedTask } from './watch.store.ts';

/** A task as a watcher sees it, with its place in the queue. Never changed once it was given. */
export interface TaskSight extends WatchedTask {
  position: number | null;
}

export interface Watcher {
  onTask(sight: TaskSight): void;
  onBalance(balance: Balance): void;
}

export interface AccountWatchOptions {
  pool: Pool;
  tasks: Tasks;
  credits: Credits;
  changes: TaskChanges;
  clock: SteadyClock;
  /** The clock that ids are made by. */
  wallClock: Clock;
}

/** Changes that come together are read together. */
const GATHER_MS = 150;
const LOOK_MS = 2 * SECOND_MS;
/** New tasks are looked for from before the last look: the clocks of two nodes differ, and a commit may be late. */
const OVERLAP_MS = 10 * SECOND_MS;
const IDS_MAX = 5_000;
/** Of an account. */
const KNOWN_MAX = 2_000;

interface Known {
  shown: string;
  isOpen: boolean;
  seenMs: number;
}

interface Watched {
  owner: TaskOwner;
  watchers: Set<Watcher>;
  known: Map<string, Known>;
  balance: string;
}

/** The least id that a task made at this time can have. */
function idFrom(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

function nameOf(accountId: string, book: string): string {
  return `${accountId} ${book}`;
}

/** What is the same in two sights that show the same. */
function summaryOf(sight: TaskSight): string {
  const { state, percent, position, captured, started_at: startedAt } = sight;
  return [state, percent, position, captured, startedAt?.getTime()].join(' ');
}

export class AccountWatch {
  readonly #options: AccountWatchOptions;
  readonly #accounts = new Map<string, Watched>();
  readonly #changedIds = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(options: AccountWatchOptions) {
    this.#options = options;
    options.changes.onAnything((id) => this.#note(id));
  }

  /** Accounts that are watched, each in one of its books. */
  get size(): number {
    return this.#accounts.size;
  }

  /**
   * Calls the watcher at each change from now on; the balance comes at once. @param since of a watcher that has seen what
   * was before: what has changed since then among the newest tasks comes first. @returns the function that ends it.
   */
  async join(owner: TaskOwner, watcher: Watcher, since?: Date): Promise<() => void> {
    const name = nameOf(owner.accountId, owner.mode);
    const watched = this.#accounts.get(name) ?? { owner, watchers: new Set(), known: new Map(), balance: '' };
    this.#accounts.set(name, watched);
    watched.watchers.add(watcher);
    this.#ticking ??= setInterval(() => void this.#look(true), LOOK_MS).unref();
    const leave = () => this.#leave(name, watched, watcher);
    try {
      const { pool, credits } = this.#options;
      const from = since && new Date(since.getTime() - OVERLAP_MS);
      const recent = await readRecent(pool, { accountId: owner.accountId, book: owner.mode }, from);
      for (const row of recent) {
        const sight = await this.#sightOf(watched, row);
        this.#keep(watched, sight);
        if (since) watcher.onTask(sight);
      }
      watcher.onBalance(await credits.balance(owner.accountId, owner.mode));
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  #leave(name: string, watched: Watched, watcher: Watcher): void {
    watched.watchers.delete(watcher);
    if (watched.watchers.size === 0 && this.#accounts.get(name) === watched) this.#accounts.delete(name);
    if (this.#accounts.size > 0) return;
    clearInterval(this.#ticking);
    clearTimeout(this.#timer);
    this.#ticking = undefined;
    this.#timer = undefined;
    this.#changedIds.clear();
  }

  /** @param id of a task that has changed; undefined when tasks were made, or anything may have happened. */
  #note(id: string | undefined): void {
    if (this.#accounts.size === 0) return;
    if (id !== undefined && this.#changedIds.size < IDS_MAX) this.#changedIds.add(id);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#look(false);
    }, GATHER_MS).unref();
  }

  /** Never rejects: the next look reads what this one could not. @param isWhole reads again all that is known as open. */
  async #look(isWhole: boolean): Promise<void> {
    if (this.#isLooking) return isWhole ? undefined : this.#note(undefined);
    this.#isLooking = true;
    try {
      if (isWhole) this.#forgetEnded();
      const watched = [...this.#accounts.values()];
      const ids = this.#takeIds(isWhole ? watched : []);
      const owners = watched.map(({ owner }) => ({ accountId: owner.accountId, book: owner.mode }));
      const fromId = idFrom(this.#options.wallClock() - OVERLAP_MS);
      const rows = await readChanged(this.#options.pool, { owners, ids: [...ids], fromId });
      for (const row of rows.toSorted((one, other) => (one.id < other.id ? -1 : 1))) await this.#show(row);
      for (const account of watched) await this.#showBalance(account);
    } catch {
      // As above.
    } finally {
      this.#isLooking = false;
    }
  }

  /** The ids of what has changed, and of what is known as open in these accounts. */
  #takeIds(accounts: readonly Watched[]): Set<string> {
    const ids = new Set(this.#changedIds);
    this.#changedIds.clear();
    for (const { known } of accounts) {
      for (const [id, { isOpen }] of known) if (isOpen) ids.add(id);
    }
    return ids;
  }

  async #sightOf({ owner }: Watched, row: WatchedTask): Promise<TaskSight> {
    return { ...row, position: (await this.#options.tasks.positionOf(owner, row)) ?? null };
  }

  async #show(row: WatchedTask): Promise<void> {
    const watched = this.#accounts.get(nameOf(row.account_id, row.book));
    if (!watched) return;
    const sight = await this.#sightOf(watched, row);
    if (!this.#keep(watched, sight)) return;
    for (const watcher of [...watched.watchers]) watcher.onTask(sight);
  }

  /** @returns whether it shows something that it did not show before. */
  #keep({ known }: Watched, sight: TaskSight): boolean {
    const shown = summaryOf(sight);
    const before = known.get(sight.id);
    if (before?.shown === shown) return false;
    // A look that began earlier may come later.
    if (before && !before.isOpen && sight.completed_at === null) return false;
    if (!before && known.size >= KNOWN_MAX) known.delete(known.keys().next().value ?? '');
    known.set(sight.id, { shown, isOpen: sight.completed_at === null, seenMs: this.#options.clock() });
    return true;
  }

  async #showBalance(watched: Watched): Promise<void> {
    const { accountId, mode } = watched.owner;
    const balance = await this.#options.credits.balance(accountId, mode);
    const shown = `${balance.posted} ${balance.held}`;
    if (shown === watched.balance) return;
    watched.balance = shown;
    for (const watcher of [...watched.watchers]) watcher.onBalance(balance);
  }

  /** An ended task is known for as long as a look may find it among the new ones. */
  #forgetEnded(): void {
    const untilMs = this.#options.clock() - 3 * OVERLAP_MS;
    for (const { known } of this.#accounts.values()) {
      for (const [id, { isOpen, seenMs }] of known) if (!isOpen && seenMs < untilMs) known.delete(id);
    }
  }
}
