// A map that holds no more than so many entries, for what a process remembers of callers, accounts or jobs that others
// name. It must never forget what is in use while there is room for it: when it is full it drops the entries that were
// used longest ago, half of it at most, and never all.
//
// The entries lie in two generations. A write goes to the young one; when that is half of the bound, it becomes the old
// one and the old one is dropped. So a write costs what it costs in a `Map`, and nothing is ever deleted to make room:
// a `Map` from which the first key is taken again and again gets slower to find its first key.

/** Keeps the last half of `max` entries that were written or read, and `max` at most. */
export class BoundedMap<Key, Value extends NonNullable<unknown>> {
  readonly #halfMax: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  /** @param max entries; at least 2. */
  constructor(max: number) {
    this.#halfMax = Math.floor(max / 2);
  }

  get(key: Key): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined || this.#old.size === 0) return value;
    const older = this.#old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: Key, value: Value): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#halfMax) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  /** All values, in no order; one that was written again may come twice. */
  *values(): Generator<Value> {
    yield* this.#young.values();
    yield* this.#old.values();
  }

  delete(key: Key): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}
