// The accounts: who pays. A new one has test credits and nothing in the live book.

import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useOperatorAct } from '../../api/operator.ts';
import type { Account } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { useGo } from '../../shell/address.ts';
import { Link } from '../../shell/link.tsx';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Id } from '../../ui/copy.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import type { Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import type { Bulk } from './bulk.tsx';
import { ActFault, OperatorList, OperatorPage, toMs } from './frame.tsx';
import styles from './operator.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'Name' },
  { name: 'Id', isNarrow: true, isWideOnly: true },
  { name: 'State', isNarrow: true },
  { name: 'At providers at once', isRight: true, isNarrow: true, isWideOnly: true },
  { name: 'Made', isRight: true, isNarrow: true },
];

const BULK: Bulk<Account> = {
  nameOf: ({ name }) => name,
  acts: [
    {
      verb: 'Disable',
      doing: 'Disabling',
      done: 'disabled',
      canDo: ({ disabled_at }) => disabled_at === null,
      callOf: ({ id }) => ({ method: 'patch', path: `/accounts/${id}`, body: { disabled: true } }),
      ask: {
        words: 'Every key of these accounts answers 403 within a second. Open tasks go on to their end.',
      },
    },
    {
      verb: 'Enable',
      doing: 'Enabling',
      done: 'enabled',
      canDo: ({ disabled_at }) => disabled_at !== null,
      callOf: ({ id }) => ({ method: 'patch', path: `/accounts/${id}`, body: { disabled: false } }),
    },
  ],
};

export function AccountsPage() {
  const [isMaking, setMaking] = useState(false);
  return (
    <OperatorPage
      title="Accounts"
      lead="Who pays: an account owns keys, credits and tasks."
      actions={
        <Button variant="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setMaking(true)}>
          New account
        </Button>
      }
    >
      <OperatorList<Account>
        label="Accounts"
        path="/accounts"
        columns={COLUMNS}
        idOf={({ id }) => id}
        cells={(account) => [
          <Link key="name" href={paths.operatorAccount(account.id)}>
            {account.name}
          </Link>,
          <Id key="id" id={account.id} short />,
          account.disabled_at === null ? (
            <Chip key="state">active</Chip>
          ) : (
            <Chip key="state" tone="bad">
              disabled
            </Chip>
          ),
          account.open_tasks_max ?? 'any number',
          <Time key="made" at={toMs(account.created_at)} />,
        ]}
        bulk={BULK}
        empty={{ title: 'No accounts yet', words: 'Make one; it begins with test credits.' }}
      />
      {isMaking && <NewAccount onClose={() => setMaking(false)} />}
    </OperatorPage>
  );
}

function NewAccount({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const go = useGo();
  const make = useOperatorAct<Account>();
  const submit = () =>
    make.mutate(
      { method: 'post', path: '/accounts', body: { name } },
      { onSuccess: ({ id }) => go(paths.operatorAccount(id)) },
    );
  return (
    <Sheet
      isOpen
      title="New account"
      isDirty={name !== ''}
      onClose={onClose}
      onSubmit={submit}
      foot={
        <Button
          variant="primary"
          type="submit"
          isBusy={make.isPending}
          disabledReason={name.trim() === '' ? 'It needs a name' : undefined}
        >
          Make the account
        </Button>
      }
    >
      <div className={styles.fields}>
        <TextField label="Name" value={name} onChange={setName} isRequired maxLength={100} autoFocus />
        <p className={styles.words}>
          It has 1,000,000 test credits and no live ones. Grant those afterwards.
        </p>
        <ActFault title="The account was not made" error={make.error} />
      </div>
    </Sheet>
  );
}
