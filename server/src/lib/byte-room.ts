// Limits how many bytes of one kind are in memory at once. A request for more than is left waits, first come, first
// served. It must never refuse a share: one that is larger than the limit waits until it is the only one.
//
// States of a share: new → waiting → granted → released; it may be released from any of them.

/** A share of a room; it is taken once. */
export interface RoomShare {
  /** Resolves when the bytes are granted; never, for a share that was released. */
  take(bytes: number): Promise<void>;
  /** Also when it still waits, or has never asked. */
  giveBack(): void;
}

interface Waiting {
  bytes: number;
  grant: () => void;
}

export class ByteRoom {
  readonly #bytesMax: number;
  #takenBytes = 0;
  readonly #line = new Set<Waiting>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Granted and not released. */
  get takenBytes(): number {
    return this.#takenBytes;
  }

  share(): RoomShare {
    let waiting: Waiting | undefined;
    let isOver = false;
    return {
      take: (wantedBytes) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        if (isOver || waiting) return promise;
        waiting = { bytes: Math.min(wantedBytes, this.#bytesMax), grant: resolve };
        this.#line.add(waiting);
        this.#grant();
        return promise;
      },
      giveBack: () => {
        if (isOver) return;
        isOver = true;
        const hadLeft = waiting !== undefined && this.#line.delete(waiting);
        if (waiting && !hadLeft) this.#takenBytes -= waiting.bytes;
        this.#grant();
      },
    };
  }

  #grant(): void {
    for (const waiting of this.#line) {
      if (this.#takenBytes + waiting.bytes > this.#bytesMax) return;
      this.#line.delete(waiting);
      this.#takenBytes += waiting.bytes;
      waiting.grant();
    }
  }
}
