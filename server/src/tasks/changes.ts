// Wakes the requests that wait for a change of a task, here and on the other nodes. It only makes things faster: each
// waiting request also reads the task from time to time, since a notice can be lost.
import type { Pool } from 'pg';
import { type Notice, notify } from '../db/listen.ts';

/** PostgreSQL channels. */
export const CHANNELS = {
  changed: 'task_changed',
  created: 'task_created',
  hinted: 'attempt_hinted',
} as const;

const NOTICE_IDS_MAX = 200;
const GATHER_MS = 5;

export class TaskChanges {
  readonly #pool: Pool;
  readonly #waiters = new Map<string, Set<() => void>>();
  readonly #changedIds = new Set<string>();
  #createdWaiter: (() => void) | undefined;
  #hintedWaiter: (() => void) | undefined;
  #anyListener: ((id: string | undefined) => void) | undefined;
  #hinted = false;
  #timer: NodeJS.Timeout | undefined;
  #created = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Resolves at the next change of the task, or when the signal aborts. */
  next(taskId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      // An aborted signal never fires again: its waiter would be kept until the task changes.
      if (signal.aborted) return resolve();
      const waiters = this.#waiters.get(taskId) ?? new Set();
      this.#waiters.set(taskId, waiters);
      const finish = () => {
        waiters.delete(finish);
        if (waiters.size === 0) this.#waiters.delete(taskId);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      waiters.add(finish);
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  /** Sets the one listener for new tasks to claim: the worker of this process. */
  onCreated(listener: () => void): void {
    this.#createdWaiter = listener;
  }

  /** Sets the one listener for attempts to look at now: the worker of this process. */
  onHinted(listener: () => void): void {
    this.#hintedWaiter = listener;
  }

  /** Sets the one listener for all that may have changed: with the id of a task, or without one for new tasks and gaps. */
  onAnything(listener: (id: string | undefined) => void): void {
    this.#anyListener = listener;
  }

  announceHinted(): void {
    this.#hintedWaiter?.();
    this.#hinted = true;
    this.#schedule();
  }

  receiveHinted(): void {
    this.#hintedWaiter?.();
  }

  /** This process made a change: wakes its own waiters now, and the other nodes a moment later with one notice. */
  announce(taskIds: Iterable<string>): void {
    for (const id of taskIds) {
      this.receive(id);
      this.#changedIds.add(id);
    }
    this.#schedule();
  }

  /** A task has become due, new or released: wakes the dispatchers here now, those of other nodes a moment later. */
  announceDue(): void {
    this.receiveCreated();
    this.#created = true;
    this.#schedule();
  }

  /** Takes a notice from a node. */
  receive(payload: string): void {
    for (const id of payload.split(',')) {
      this.#anyListener?.(id);
      const waiters = this.#waiters.get(id);
      if (waiters) for (const wake of [...waiters]) wake();
    }
  }

  receiveCreated(): void {
    this.#createdWaiter?.();
    this.#anyListener?.(undefined);
  }

  /** Wakes every waiter to read again, after a gap in the listening. */
  wakeAll(): void {
    for (const id of [...this.#waiters.keys()]) this.receive(id);
    this.receiveCreated();
    this.#hintedWaiter?.();
  }

  /** Sends what has not been sent yet. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#send();
    await this.#sending;
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#send();
    }, GATHER_MS);
  }

  #send(): void {
    const ids = [...this.#changedIds];
    this.#changedIds.clear();
    const notices: Notice[] = this.#created ? [[CHANNELS.created, '']] : [];
    if (this.#hinted) notices.push([CHANNELS.hinted, '']);
    this.#created = false;
    this.#hinted = false;
    for (let at = 0; at < ids.length; at += NOTICE_IDS_MAX) {
      notices.push([CHANNELS.changed, ids.slice(at, at + NOTICE_IDS_MAX).join(',')]);
    }
    if (notices.length === 0) return;
    // A lost notice delays a task and never loses it: the readers poll.
    this.#sending = notify(this.#pool, notices).catch(() => undefined);
  }
}
