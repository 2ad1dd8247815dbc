// The accounts at providers. A key goes in here and never comes out; a test is a button and never runs by itself.

import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useOperatorAct } from '../../api/operator.ts';
import type { Credential, CredentialTest } from '../../api/wire.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import type { Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import type { Bulk } from './bulk.tsx';
import { CapsSheet, NewCredential } from './credential-sheets.tsx';
import { ActFault, OperatorList, OperatorPage, toMs } from './frame.tsx';
import styles from './operator.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'Account' },
  { name: 'State', isNarrow: true },
  { name: 'Proof', isNarrow: true, isWideOnly: true },
  { name: 'Key', isWideOnly: true },
  { name: 'Limits', isWideOnly: true },
  { name: 'Actions', isNameHidden: true, isNarrow: true },
];
const STATE_TONES = {
  ready: 'ok',
  cooling: 'warn',
  disabled: undefined,
  retired: undefined,
  unusable: 'bad',
} as const;
const PROOF_TONES = { untested: undefined, works: 'ok', failed: 'bad' } as const;

const isActive = ({ state }: Credential) => state !== 'retired';

const BULK: Bulk<Credential> = {
  nameOf,
  acts: [
    {
      verb: 'Test',
      doing: 'Testing',
      done: 'tested',
      canDo: isActive,
      callOf: ({ id }) => ({ method: 'post', path: `/credentials/${id}/test` }),
    },
    {
      verb: 'Disable',
      doing: 'Disabling',
      done: 'disabled',
      canDo: (credential) => isActive(credential) && credential.enabled,
      callOf: ({ id }) => ({ method: 'patch', path: `/credentials/${id}`, body: { enabled: false } }),
    },
    {
      verb: 'Enable',
      doing: 'Enabling',
      done: 'enabled',
      canDo: (credential) => isActive(credential) && !credential.enabled,
      callOf: ({ id }) => ({ method: 'patch', path: `/credentials/${id}`, body: { enabled: true } }),
    },
    {
      verb: 'Retire',
      doing: 'Retiring',
      done: 'retired',
      canDo: isActive,
      callOf: ({ id }) => ({ method: 'delete', path: `/credentials/${id}` }),
      ask: { words: 'They take no new tasks, for good. What is under way is followed to its end.' },
    },
  ],
};

export function CredentialsPage() {
  const [isAdding, setAdding] = useState(false);
  return (
    <OperatorPage
      title="Credentials"
      lead="Your accounts at providers. Keys are sealed; none is ever shown again."
      actions={
        <Button variant="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
          Add an account
        </Button>
      }
    >
      <OperatorList<Credential>
        label="Credentials"
        path="/credentials"
        columns={COLUMNS}
        idOf={({ id }) => id}
        cells={(credential) => [
          <span key="name">
            {nameOf(credential)}
            {credential.fault && <span className={styles.below}>{credential.fault}</span>}
          </span>,
          <span key="state">
            <StateOf credential={credential} />
            <span className={styles.phoneOnly}>
              <Proof credential={credential} />
            </span>
          </span>,
          <Proof key="proof" credential={credential} />,
          <span key="key" className="mono">
            {credential.key_hint}
          </span>,
          wordLimits(credential),
          <Actions key="actions" credential={credential} />,
        ]}
        bulk={BULK}
        empty={{
          title: 'No accounts at providers yet',
          words: 'Test keys need none. Add one to run live tasks; its key is asked for once.',
        }}
      />
      {isAdding && <NewCredential onClose={() => setAdding(false)} />}
    </OperatorPage>
  );
}

function nameOf({ provider, name }: Credential): string {
  return `${provider}/${name}`;
}

function Proof({ credential: { proof } }: { credential: Credential }) {
  return <Chip tone={PROOF_TONES[proof]}>{proof}</Chip>;
}

function wordLimits({ requests_per_minute: perMinute, open_tasks_max: open, weight }: Credential): string {
  const parts = [
    perMinute && `${perMinute} a minute`,
    open && `${open} at once`,
    weight > 1 && `weight ${weight}`,
  ];
  return parts.filter(Boolean).join(', ') || 'none';
}

function StateOf({
  credential: { state, cooling_until: until, cool_reason: why },
}: {
  credential: Credential;
}) {
  return (
    <span>
      <Chip tone={STATE_TONES[state]}>{state}</Chip>
      {until !== null && (
        <span className={styles.below}>
          {why}, until <Time at={toMs(until)} />
        </span>
      )}
    </span>
  );
}

type Open = 'caps' | 'retire' | undefined;

function Actions({ credential }: { credential: Credential }) {
  const [open, setOpen] = useState<Open>();
  const test = useOperatorAct<CredentialTest>();
  const act = useOperatorAct<Credential>();
  const path = `/credentials/${credential.id}`;
  const name = nameOf(credential);
  const items: MenuItem[] = [
    { label: 'Limits', onClick: () => setOpen('caps') },
    {
      label: credential.enabled ? 'Disable' : 'Enable',
      onClick: () => act.mutate({ method: 'patch', path, body: { enabled: !credential.enabled } }),
    },
    ...(credential.state === 'cooling'
      ? [
          {
            label: 'End the cool-down',
            onClick: () => act.mutate({ method: 'post' as const, path: `${path}/end-cooling` }),
          },
        ]
      : []),
    { label: 'Retire', isDanger: true, group: '', onClick: () => setOpen('retire') },
  ];
  if (credential.state === 'retired') return null;
  return (
    <div>
      <div className={styles.together}>
        <Button
          size="small"
          aria-label={`Test ${name}`}
          isBusy={test.isPending}
          onClick={() => test.mutate({ method: 'post', path: `${path}/test` })}
        >
          Test
        </Button>
        <Menu
          trigger={
            <Button size="small" aria-label={`More about ${name}`}>
              More
            </Button>
          }
          items={items}
        />
      </div>
      <TestWords test={test.data} error={test.error ?? act.error} />
      {open === 'caps' && <CapsSheet credential={credential} onClose={() => setOpen(undefined)} />}
      <Retire credential={credential} isOpen={open === 'retire'} onClose={() => setOpen(undefined)} />
    </div>
  );
}

function TestWords({ test, error }: { test?: CredentialTest; error: unknown }) {
  if (error) return <ActFault title="That did not work" error={error} />;
  if (!test) return null;
  return (
    <span role="status" className={styles.found}>
      {test.works ? `Works, ${test.latency_ms} ms: ` : 'Fails: '}
      {test.detail}
    </span>
  );
}

function Retire({
  credential,
  isOpen,
  onClose,
}: {
  credential: Credential;
  isOpen: boolean;
  onClose: () => void;
}) {
  const act = useOperatorAct<{ deleted: boolean }>();
  const name = nameOf(credential);
  return (
    <Confirm
      isOpen={isOpen}
      onClose={onClose}
      title={`Retire ${name}?`}
      verb="Retire"
      word={name}
      isBusy={act.isPending}
      onConfirm={() =>
        act.mutate({ method: 'delete', path: `/credentials/${credential.id}` }, { onSuccess: onClose })
      }
    >
      <p>It takes no new tasks, for good. What is under way is followed to its end.</p>
      <ActFault title="It was not retired" error={act.error} />
    </Confirm>
  );
}
