import { Page } from '../../ui/page.tsx';

export function TemplatesPage() {
  return (
    <Page title="Templates">
      <p>Effects to begin from.</p>
    </Page>
  );
}
