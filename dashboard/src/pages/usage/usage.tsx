import { Page } from '../../ui/page.tsx';
import { NoticeCard } from './notice.tsx';

export function UsagePage() {
  return (
    <Page title="Usage">
      <p>Credits and what they went to.</p>
      <NoticeCard />
    </Page>
  );
}
