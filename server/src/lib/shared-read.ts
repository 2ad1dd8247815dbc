// A value that is read from outside at most once in a while, however many callers want it: it is kept for a time, and
// callers at the same moment share one read. It must never keep what a read found that began before `forget`.
//
// States: empty → reading → kept → expired → reading …; `forget` leads to empty from any of them.
import type { SteadyClock } from './time.ts';

export interface SharedReadOptions<Value> {
  read: () => Promise<Value>;
  clock: SteadyClock;
  /** How long a value is kept, from the moment at which its read began. */
  keepMs: number;
  /** Called when a value is kept, with the one that was kept before it, forgotten or not. */
  onKept?: (value: Value, before: Value | undefined) => void;
}

/** Any number of callers, one read. A read that fails is not kept. */
export class SharedRead<Value> {
  readonly #options: SharedReadOptions<Value>;
  #kept: { value: Value } | undefined;
  #untilMs = 0;
  #reading: Promise<Value> | undefined;

  constructor(options: SharedReadOptions<Value>) {
    this.#options = options;
  }

  /** What is kept and has not expired, without waiting. */
  get fresh(): { readonly value: Value } | undefined {
    return this.#untilMs > this.#options.clock() ? this.#kept : undefined;
  }

  current(): Promise<Value> {
    const { fresh } = this;
    if (fresh) return Promise.resolve(fresh.value);
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** Call it after a change: the next call reads again, even if a read from before the change is under way. */
  forget(): void {
    this.#untilMs = 0;
    this.#reading = undefined;
  }

  #read(): Promise<Value> {
    const { read, clock, keepMs, onKept } = this.#options;
    const untilMs = clock() + keepMs;
    const reading: Promise<Value> = read()
      .then((value) => {
        if (this.#reading !== reading) return value;
        const before = this.#kept?.value;
        this.#kept = { value };
        this.#untilMs = untilMs;
        onKept?.(value, before);
        return value;
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    return reading;
  }
}
