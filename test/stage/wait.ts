// Waits for a condition with a bound; there are no sleeps in tests.

/**
 * Resolves after this many milliseconds; for rounds of looking, never to wait until something has happened.
 */
export function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Resolves with the first value that is not undefined or false; throws with the title after `withinMs`. */
export async function waitFor<Value>(
  title: string,
  withinMs: number,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
): Promise<Value> {
  const until = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > until) throw new Error(`Not within ${withinMs} ms: ${title}`);
    await rest(20);
  }
}
