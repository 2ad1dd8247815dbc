// Loading the piece of a page. After an upgrade of the server the files of an old page are gone: one reload brings the
// new ones, at the moment when somebody goes to that page and not while a link is only pointed at. While the server cannot be
// reached the page that is open stays, since a reload would put the browser's own page in its place.
import { tryConnection, waitForServer } from '../api/reach.ts';

const ENTRY = 'reelay.reloaded';
const RELOAD_AGAIN_MS = 30_000;

/** Reloads, unless it was just tried: then the file is really missing. */
function reloadOnce(): boolean {
  try {
    const beforeMs = Number(sessionStorage.getItem(ENTRY) ?? 0);
    if (Date.now() - beforeMs < RELOAD_AGAIN_MS) return false;
    sessionStorage.setItem(ENTRY, String(Date.now()));
  } catch {
    // Without storage a reload could repeat for ever.
    return false;
  }
  location.reload();
  return true;
}

/** @param isNeeded whether somebody waits for the piece. Never resolves when the page is reloaded. */
export async function loadPiece<Piece>(load: () => Promise<Piece>, isNeeded: () => boolean): Promise<Piece> {
  try {
    return await load();
  } catch (error) {
    if (!isNeeded()) throw error;
    if (!(await tryConnection())) await waitForServer();
    if (reloadOnce()) return new Promise(() => undefined);
    throw error;
  }
}
