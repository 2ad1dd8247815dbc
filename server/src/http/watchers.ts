// How many clients may wait for tasks at the same moment. Each costs a socket and a look at the database every two
// seconds, so one account must not take all places.

/** The places of one kind of waiting, in this process. */
export class Watchers {
  readonly #max: number;
  readonly #accountMax: number;
  readonly #byAccount = new Map<string, number>();
  #count = 0;

  /** @param limits of all accounts together, and of one account. */
  constructor(limits: { max: number; accountMax: number }) {
    this.#max = limits.max;
    this.#accountMax = limits.accountMax;
  }

  /** Takes a place; gives what frees it again, or undefined when there is none. */
  take(accountId: string): (() => void) | undefined {
    const taken = this.#byAccount.get(accountId) ?? 0;
    if (this.#count >= this.#max || taken >= this.#accountMax) return undefined;
    this.#count++;
    this.#byAccount.set(accountId, taken + 1);
    return () => this.#free(accountId);
  }

  #free(accountId: string): void {
    this.#count--;
    const left = (this.#byAccount.get(accountId) ?? 1) - 1;
    if (left > 0) this.#byAccount.set(accountId, left);
    else this.#byAccount.delete(accountId);
  }
}
