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

/** A year of four digits, so that every moment can be stored and written again. */
const MOMENT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Whether a text is a time in ISO 8601 with its zone. */
export function isMoment(text: string): boolean {
  const [, day] = MOMENT.exec(text) ?? [];
  return day !== undefined && isDay(day) && !Number.isNaN(Date.parse(text));
}

/** Whether a text is a day of the calendar, as 2026-11-30. */
export function isDay(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
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
