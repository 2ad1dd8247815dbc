import { Page } from '../../ui/page.tsx';

export function CallbacksPage() {
  return (
    <Page title="Callbacks">
      <p>What was posted to you.</p>
    </Page>
  );
}
