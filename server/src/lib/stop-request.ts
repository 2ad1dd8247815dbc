// Notices that this process should end: by a signal, or by the death of the npm that started it. A supervisor signals
// the process that it started; if that is npm or a shell, not every signal reaches this process.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LOOK_EVERY_MS = 250;

/**
 * Resolves at the first request. Later ones change nothing: npm passes on a Ctrl-C that the terminal has also sent,
 * and the second one must not interrupt the stop.
 * @param options.withParent whether the death of the parent is one.
 */
export function awaitStopRequest(options: { withParent: boolean }): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.on(signal, () => resolve());
    if (options.withParent) watchParent(resolve);
  });
}

/** A process whose parent has died gets another parent. */
function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
}
