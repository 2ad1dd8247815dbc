import { Page } from '../../ui/page.tsx';

export function TaskPage() {
  return (
    <Page title="Task">
      <p>One task.</p>
    </Page>
  );
}
