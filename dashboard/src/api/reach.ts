// Whether the server can be reached. Each call says so by arriving or not (client.ts), the stream by its end, and the browser
// when its network comes or goes; the line under the top bar tries again until there is an answer.
import { onlineManager } from '@tanstack/react-query';

/** A network that swallows packets gives no answer and no error. */
const ANSWER_MS = 4_000;

/** Asks the server for a sign of life, and lets waiting queries go on when there is one. */
export async function tryConnection(): Promise<boolean> {
  let isThere = false;
  try {
    isThere = (await fetch('/health', { signal: AbortSignal.timeout(ANSWER_MS) })).ok;
  } catch {
    // Still away: the next try comes by itself.
  }
  onlineManager.setOnline(isThere);
  return isThere;
}

/** Resolves once the server has answered again. */
export function waitForServer(): Promise<void> {
  if (onlineManager.isOnline()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = onlineManager.subscribe((isOnline) => {
      if (!isOnline) return;
      stop();
      resolve();
    });
  });
}

/**
 * Looks when the browser says that its network has changed, and does not take its word: a server on the same machine is
 * there without a network, and one elsewhere may be away with it.
 */
export function watchNetwork(): void {
  onlineManager.setEventListener(() => {
    const look = () => void tryConnection();
    const events = ['online', 'offline'] as const;
    for (const event of events) window.addEventListener(event, look);
    return () => {
      for (const event of events) window.removeEventListener(event, look);
    };
  });
}
