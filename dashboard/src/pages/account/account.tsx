import { Page } from '../../ui/page.tsx';

export function AccountPage() {
  return (
    <Page title="Account">
      <p>People and passwords.</p>
    </Page>
  );
}
