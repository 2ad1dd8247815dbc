// Whether the server can be reached. A call that did not arrive says no; the line under the top bar then tries again.
import { onlineManager } from '@tanstack/react-query';

/** Asks the server for a sign of life, and lets waiting queries go on when there is one. */
export async function tryConnection(): Promise<boolean> {
  try {
    const { ok } = await fetch('/health');
    onlineManager.setOnline(ok);
    return ok;
  } catch {
    // Still away: the next try comes by itself.
    return false;
  }
}
