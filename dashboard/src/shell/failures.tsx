// What stands in place of a page that is not there or broke. After an upgrade of the server the files of an old page are
// gone: load.ts reloads the page once, and this is shown when that did not help.
import type { ErrorComponentProps } from '@tanstack/react-router';
import { toApiError } from '../api/client.ts';
import { paths } from '../paths.ts';
import { Fault } from '../ui/blanks.tsx';
import { Page } from '../ui/page.tsx';
import { LinkButton } from './link.tsx';
import styles from './shell.module.css';

/** Browsers say it in words of their own; Vite names the event. */
const MISSING_FILE = /dynamically imported module|Importing a module script failed|Unable to preload/i;

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const isMissing = MISSING_FILE.test(toApiError(error).message);
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
      <Page title="No such page" lead="The address leads nowhere here.">
        <div>
          <LinkButton variant="primary" href={paths.playground()}>
            To the playground
          </LinkButton>
        </div>
      </Page>
    </main>
  );
}
