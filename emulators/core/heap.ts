// A queue ordered by time: what is due first comes out first, and equals in the order in which they came.

/** Anything that is due at a time, in milliseconds since 1970. */
export interface Due {
  atMs: number;
}

interface Entry<Item> {
  item: Item;
  order: number;
}

/** Both operations take logarithmic time, so tens of thousands of open jobs are cheap. */
export class TimeQueue<Item extends Due> {
  #entries: Entry<Item>[] = [];
  #order = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** What is due first; it stays in the queue. */
  first(): Item | undefined {
    return this.#entries[0]?.item;
  }

  add(item: Item): void {
    const entries = this.#entries;
    this.#order += 1;
    entries.push({ item, order: this.#order });
    let place = entries.length - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  /** Removes and returns the first item, if it is due. */
  takeDue(nowMs: number): Item | undefined {
    const entries = this.#entries;
    const first = entries[0];
    if (!first || first.item.atMs > nowMs) return undefined;
    const last = entries.pop() as Entry<Item>;
    if (entries.length > 0) {
      entries[0] = last;
      this.#sink();
    }
    return first.item;
  }

  clear(): void {
    this.#entries = [];
  }

  #sink(): void {
    const { length } = this.#entries;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      let least = place;
      if (left < length && this.#isBefore(left, least)) least = left;
      if (right < length && this.#isBefore(right, least)) least = right;
      if (least === place) return;
      this.#swap(place, least);
      place = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const first = this.#entries[one];
    const second = this.#entries[other];
    return first.item.atMs === second.item.atMs
      ? first.order < second.order
      : first.item.atMs < second.item.atMs;
  }

  #swap(one: number, other: number): void {
    const entry = this.#entries[one];
    this.#entries[one] = this.#entries[other];
    this.#entries[other] = entry;
  }
}
