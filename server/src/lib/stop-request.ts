// Learns that this process is asked to end: by a signal, or by the death of the npm that started it. A supervisor signals
// the process that it started itself, and where that is npm or a shell of it, not every signal gets through.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LOOK_EVERY_MS = 250;

/**
 * Resolves at the first request. Later ones are heard and change nothing: npm passes a Ctrl-C on that the terminal has
 * sent already, and the second must not end the stop.
 * @param options.withParent whether the death of the parent is one.
 */
export function awaitStopRequest(options: { withParent: boolean }): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.on(signal, () => resolve());
    if (options.withParent) watchParent(resolve);
  });
}

/** A process whose parent has died gets another one. */
function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
}
