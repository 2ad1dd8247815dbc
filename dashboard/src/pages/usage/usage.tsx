import { Page } from '../../ui/page.tsx';

export function UsagePage() {
  return (
    <Page title="Usage">
      <p>Credits and what they went to.</p>
    </Page>
  );
}
