// The only reader of the system's clocks. Domain code takes them as values, so that tests decide what time it is.
//
// There are two, and their types keep them apart. The wall clock is for times that others read: on the wire, in the
// database, in signatures and ids. It may be set forwards or backwards at any moment. The steady clock only goes
// forwards; everything in the memory of a process (caches, rates, pauses, leases) uses it.

declare const isSteady: unique symbol;

/** Milliseconds since the Unix epoch, as the system clock shows. */
export type Clock = (() => number) & { readonly [isSteady]?: never };

/** Milliseconds that only grow; comparable only with each other, within this process. */
export type SteadyClock = (() => number) & { readonly [isSteady]: true };

export const systemClock: Clock = () => Date.now();

/** A steady clock of a test. */
export function asSteady(read: () => number): SteadyClock {
  return read as SteadyClock;
}

/** Begins with the time of day, so that zero is long ago and no cache starts out fresh. */
export const steadyClock: SteadyClock = asSteady(() => performance.timeOrigin + performance.now());

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Unix seconds, rounded down: the unit of every time on the wire. */
export function toUnixSeconds(date: Date): number {
  return Math.floor(date.getTime() / SECOND_MS);
}

/** The moment of a time on the wire. */
export function fromUnixSeconds(seconds: number): Date {
  return new Date(seconds * SECOND_MS);
}

/** Resolves after `milliseconds`, or at once when the signal aborts; never rejects. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
