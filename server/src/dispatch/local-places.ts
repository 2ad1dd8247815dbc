// What the renderer of this process can begin in one round. It has places for renders of any length, and one or more that
// only take short ones, each for an account that has none under way: so a short draft passes the long ones of others. What
// needs no renderer (a scenario that fails or waits) has places of its own, so many of an account at most.
import type { Candidate } from './dispatch.store.ts';

export interface LocalRoom {
  /** Renders of any length. */
  any: number;
  /** Short renders beside them. */
  short: number;
  /** Accounts that have a render under way here. */
  rendering: ReadonlySet<string>;
  /** Tasks under way here that need no renderer, by account. */
  waiting: ReadonlyMap<string, number>;
}

/** Each costs a little memory and a row to renew each second. */
const WAITING_MAX = 1_024;
export const WAITING_ACCOUNT_MAX = 32;

export class LocalPlaces {
  #any: number;
  #short: number;
  #waitingLeft: number;
  readonly #rendering: Set<string>;
  readonly #waiting: Map<string, number>;

  constructor({ any, short, rendering, waiting }: LocalRoom) {
    this.#any = any;
    this.#short = short;
    this.#rendering = new Set(rendering);
    this.#waiting = new Map(waiting);
    const taken = [...waiting.values()].reduce((sum, count) => sum + count, 0);
    this.#waitingLeft = Math.max(0, WAITING_MAX - taken);
  }

  /** Places that are left, of any kind. */
  get left(): number {
    return this.#any + this.#short + this.#waitingLeft;
  }

  /** What has to be alike in two tasks for the one to find no place where the other found none. */
  kindOf({ account_id, draft }: Candidate): string {
    if (draft === null) return '';
    if (draft.waits) return `waits ${account_id}`;
    if (this.#any + this.#short === 0) return 'renders';
    return isShort(draft) ? `short ${account_id}` : 'long';
  }

  /** Takes a place for a task; false when there is none for it. */
  take({ account_id: accountId, draft }: Pick<Candidate, 'account_id' | 'draft'>): boolean {
    if (draft?.waits) return this.#takeWaiting(accountId);
    if (this.#any > 0) this.#any--;
    else if (this.#short > 0 && isShort(draft) && !this.#rendering.has(accountId)) this.#short--;
    else return false;
    this.#rendering.add(accountId);
    return true;
  }

  /** Takes a place for a task that was left with its attempt, whatever that was. */
  takeBack(): boolean {
    if (this.#any <= 0) return false;
    this.#any--;
    return true;
  }

  #takeWaiting(accountId: string): boolean {
    const count = this.#waiting.get(accountId) ?? 0;
    if (this.#waitingLeft <= 0 || count >= WAITING_ACCOUNT_MAX) return false;
    this.#waitingLeft--;
    this.#waiting.set(accountId, count + 1);
    return true;
  }
}

/** One whose work is not known is long: it may hold nobody up who is short. */
function isShort(draft: Candidate['draft']): boolean {
  return draft !== null && draft.work <= 1;
}
