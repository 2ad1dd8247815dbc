// Callbacks: the secret that signs them, the log of what was sent, and inboxes to try them with.
import { Send } from 'lucide-react';
import { useState } from 'react';
import { useRoleReason } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { CallbackDetail } from './detail.tsx';
import { Inboxes } from './inboxes.tsx';
import { CallbackLog } from './log.tsx';
import { SecretCard } from './secret.tsx';
import { TryOut } from './try-out.tsx';

export function CallbacksPage() {
  const [search, change] = useSearch();
  const [isTesting, setTesting] = useState(false);
  const reason = useRoleReason('member');
  const view = search.view === 'inboxes' ? 'inboxes' : 'log';
  return (
    <Page
      title="Callbacks"
      lead="When a task ends, its callback_url gets a signed copy of it, at least once."
      actions={
        <Button
          icon={<Send size={16} aria-hidden />}
          disabledReason={reason}
          onClick={() => setTesting(true)}
        >
          Test a receiver
        </Button>
      }
    >
      <SecretCard />
      <Tabs
        label="Callbacks"
        active={view}
        onChange={(id) => change({ view: id === 'log' ? undefined : id, id: undefined })}
        tabs={[
          { id: 'log', label: 'Log', content: <CallbackLog /> },
          { id: 'inboxes', label: 'Inboxes', content: <Inboxes /> },
        ]}
      />
      {search.id && <CallbackDetail id={search.id} onClose={() => change({ id: undefined })} />}
      <TryOut isOpen={isTesting} onClose={() => setTesting(false)} docs={paths.docs()} />
    </Page>
  );
}
