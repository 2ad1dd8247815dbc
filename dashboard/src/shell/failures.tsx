// What stands in place of a page that is not there or broke. After an upgrade of the server the files of an old page are
// gone: one reload brings the new ones.
import type { ErrorComponentProps } from '@tanstack/react-router';
import { toApiError } from '../api/client.ts';
import { paths } from '../paths.ts';
import { Fault, NotFound } from '../ui/blanks.tsx';
import { LinkButton } from './link.tsx';
import styles from './shell.module.css';

const RELOADED = 'reelay.reloaded';
const RELOAD_AGAIN_MS = 30_000;

/** Loads the page once more, unless it was just tried: then the files are really missing. */
function reloadOnce(): boolean {
  try {
    const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
    if (Date.now() - before < RELOAD_AGAIN_MS) return false;
    sessionStorage.setItem(RELOADED, String(Date.now()));
  } catch {
    // Without storage a second reload could not be distinguished from the first.
    return false;
  }
  location.reload();
  return true;
}

/** Browsers say it in words of their own; Vite names the event. */
const MISSING_FILE = /dynamically imported module|Importing a module script failed|Unable to preload/i;

export function recoverFromUpgrade(): void {
  addEventListener('vite:preloadError', (event) => {
    if (reloadOnce()) event.preventDefault();
  });
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const isMissing = MISSING_FILE.test(toApiError(error).message);
  if (isMissing && reloadOnce()) return null;
  const { message, requestId } = toApiError(error);
  return (
    <Fault
      title={isMissing ? 'A part of this page could not be loaded' : 'This page failed'}
      message={isMissing ? 'The server may just have been upgraded. Reload the page.' : message}
      requestId={requestId}
      onRetry={isMissing ? () => location.reload() : reset}
    />
  );
}

export function NoSuchPage() {
  return (
    <main className={styles.content}>
      <NotFound
        title="No such page"
        action={
          <LinkButton variant="primary" href={paths.playground()}>
            To the playground
          </LinkButton>
        }
      >
        The address leads nowhere here.
      </NotFound>
    </main>
  );
}
