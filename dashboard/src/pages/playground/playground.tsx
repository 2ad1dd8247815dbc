import { Page } from '../../ui/page.tsx';

export function PlaygroundPage() {
  return (
    <Page title="Playground">
      <p>Try every model.</p>
    </Page>
  );
}
