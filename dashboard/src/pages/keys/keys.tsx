// The keys of the account: what each is for, when it was used, what it may spend.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { type ApiKey, changeKey, keyDaysQuery, keysQuery, type MadeKey } from '../../api/keys.ts';
import { useRoleReason } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { Empty, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { ChangeKeySheet, RotateKeySheet } from './change-key.tsx';
import { KeyTable } from './key-table.tsx';
import styles from './keys.module.css';
import { MadeSheet, NewKeySheet } from './new-key.tsx';

/** What is open over the list. */
type Open =
  | { kind: 'new' }
  | { kind: 'change' | 'rotate' | 'disable'; key: ApiKey }
  | { kind: 'made'; made: MadeKey };

export function KeysPage() {
  const session = useSession();
  const queries = useQueryClient();
  const reason = useRoleReason('owner');
  const { data, error, refetch } = useQuery(keysQuery(session));
  const { data: days } = useQuery(keyDaysQuery(session));
  const { error: refusal, send } = useSending();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const reload = () => queries.invalidateQueries({ queryKey: keysQuery(session).queryKey });
  const setDisabled = async ({ id }: ApiKey, disabled: boolean) => {
    close();
    await send(() => changeKey(id, { disabled }));
    await reload();
  };
  const add = (
    <Button variant="primary" disabledReason={reason} onClick={() => setOpen({ kind: 'new' })}>
      New key
    </Button>
  );
  return (
    <Page
      title="API keys"
      lead="A program calls the API with a key. Each has a mode, a role and limits of its own."
      actions={add}
    >
      <FaultOf error={refusal} title="Nothing was changed" />
      <FaultOf
        error={error ? toApiError(error) : undefined}
        title="The keys could not be read"
        onRetry={() => refetch()}
      />
      <Card isFlush>
        {!data && !error && (
          <div className={styles.padded}>
            <Skeleton height={168} />
          </div>
        )}
        {data?.length === 0 && (
          <Empty icon={<KeyRound size={24} aria-hidden />} title="No keys yet">
            A key lets a program make videos in this account. What it may spend is up to you.
          </Empty>
        )}
        {data && data.length > 0 && (
          <KeyTable
            keys={data}
            days={days}
            reason={reason}
            onChange={(key) => setOpen({ kind: 'change', key })}
            onRotate={(key) => setOpen({ kind: 'rotate', key })}
            onDisable={(key) =>
              key.disabled_at ? setDisabled(key, false) : setOpen({ kind: 'disable', key })
            }
          />
        )}
      </Card>
      {open?.kind === 'new' && <NewKeySheet onClose={close} onMade={reload} />}
      {open?.kind === 'change' && <ChangeKeySheet apiKey={open.key} onClose={close} onChanged={reload} />}
      {open?.kind === 'rotate' && (
        <RotateKeySheet
          apiKey={open.key}
          onClose={close}
          onMade={(made) => {
            setOpen({ kind: 'made', made });
            void reload();
          }}
        />
      )}
      {open?.kind === 'made' && <MadeSheet made={open.made} onClose={close} />}
      <Confirm
        isOpen={open?.kind === 'disable'}
        onClose={close}
        title={`Disable ${open?.kind === 'disable' ? open.key.name : 'the key'}?`}
        verb="Disable"
        onConfirm={() => open?.kind === 'disable' && setDisabled(open.key, true)}
      >
        <p>Every call with it is refused within a second. Its tasks go on. It can be enabled again.</p>
      </Confirm>
    </Page>
  );
}
