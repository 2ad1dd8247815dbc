import { Page } from '../../ui/page.tsx';

export function OverviewPage() {
  return (
    <Page title="Overview">
      <p>How the instance is.</p>
    </Page>
  );
}
