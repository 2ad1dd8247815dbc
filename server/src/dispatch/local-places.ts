// What the renderer of this process can begin in one round. It has places for renders of any length, and one or more only
// for short ones, each for an account that has none under way: so a short draft passes the long ones of other accounts. A
// task that needs no renderer (a scenario that fails or waits) has a place of another kind, limited for each account.
import type { Candidate } from './dispatch.store.ts';

export interface LocalRoom {
  /** Renders of any length. */
  any: number;
  /** Places for short renders only. */
  short: number;
  /** Accounts that have a render under way here. */
  rendering: ReadonlySet<string>;
  /** Tasks under way here that need no renderer, by account. */
  waiting: ReadonlyMap<string, number>;
}

/** Each task costs a little memory and a row to renew each second. */
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

  /** How many places are left, of any kind. */
  get left(): number {
    return this.#any + this.#short + this.#waitingLeft;
  }

  /** Two tasks of the same kind are alike: where one finds no place, the other finds none. */
  kindOf({ account_id, draft }: Candidate): string {
    if (draft === null) return '';
    if (draft.waits) return `waits ${account_id}`;
    if (this.#any + this.#short === 0) return 'renders';
    return isShort(draft) ? `short ${account_id}` : 'long';
  }

  /** Takes a place for a task; false when there is none. */
  take({ account_id: accountId, draft }: Pick<Candidate, 'account_id' | 'draft'>): boolean {
    if (draft?.waits) return this.#takeWaiting(accountId);
    if (this.#any > 0) this.#any--;
    else if (this.#short > 0 && isShort(draft) && !this.#rendering.has(accountId)) this.#short--;
    else return false;
    this.#rendering.add(accountId);
    return true;
  }

  /** Takes a place for a task that was left with its attempt, of whatever length. */
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

/** A draft of unknown work counts as long, so that it does not block short ones. */
function isShort(draft: Candidate['draft']): boolean {
  return draft !== null && draft.work <= 1;
}
