// The keys of the account: what each is for, when it was used, what it may spend.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { changeKey, keyDaysQuery, keysQuery } from '../../api/keys.ts';
import { useRoleReason } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import type { ApiKey, MadeKey } from '../../api/wire.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { useSearch } from '../../shell/address.ts';
import { Empty, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { ChangeKeySheet, RotateKeySheet } from './change-key.tsx';
import { describeKeys, findKeys, KeyFinder } from './find-keys.tsx';
import { KeyTable } from './key-table.tsx';
import styles from './keys.module.css';
import { MadeSheet, NewKeySheet } from './new-key.tsx';

type Act = 'new' | 'change' | 'rotate' | 'disable';

/** What is open over the list stands in the address: `?open=change&id=…`. */
function useOpen(keys: readonly ApiKey[], isAllowed: boolean) {
  const [{ open, id }, change] = useSearch();
  const key = keys.find((one) => one.id === id);
  // No step for the back button: it would close a form past its question.
  const show = (act?: Act, of?: ApiKey) => change({ open: act, id: of?.id }, { replace: true });
  return {
    isNew: isAllowed && open === 'new',
    keyTo: (act: Act) => (isAllowed && open === act ? key : undefined),
    show,
    close: () => show(),
  };
}

export function KeysPage() {
  const session = useSession();
  const [search] = useSearch();
  const queries = useQueryClient();
  const reason = useRoleReason('owner');
  const { data, error, refetch } = useQuery(keysQuery(session));
  const { data: days } = useQuery(keyDaysQuery(session));
  const { error: refusal, send } = useSending();
  const { isNew, keyTo, show, close } = useOpen(data ?? [], reason === undefined);
  // Shown this once, and in no address.
  const [made, setMade] = useState<MadeKey>();
  const [changed, rotated, disabled] = [keyTo('change'), keyTo('rotate'), keyTo('disable')];
  const reload = () => queries.invalidateQueries({ queryKey: keysQuery(session).queryKey });
  const setDisabled = async ({ id }: ApiKey, isOff: boolean) => {
    close();
    await send(() => changeKey(id, { disabled: isOff }));
    await reload();
  };
  const add = (
    <Button variant="primary" disabledReason={reason} onClick={() => show('new')}>
      New key
    </Button>
  );
  return (
    <Page
      title="API keys"
      range={describeKeys(search)}
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
            A key lets a program run models in this account. What it may spend is up to you.
          </Empty>
        )}
        {data && data.length > 0 && (
          <>
            {data.length > 1 && <KeyFinder />}
            <KeyTable
              keys={findKeys(data, search)}
              days={days}
              reason={reason}
              onChange={(key) => show('change', key)}
              onRotate={(key) => show('rotate', key)}
              onDisable={(key) => (key.disabled_at ? setDisabled(key, false) : show('disable', key))}
            />
          </>
        )}
      </Card>
      {isNew && <NewKeySheet onClose={close} onMade={reload} />}
      {changed && <ChangeKeySheet apiKey={changed} onClose={close} onChanged={reload} />}
      {rotated && (
        <RotateKeySheet
          apiKey={rotated}
          onClose={close}
          onMade={(next) => {
            setMade(next);
            close();
            void reload();
          }}
        />
      )}
      {made && <MadeSheet made={made} onClose={() => setMade(undefined)} />}
      <Confirm
        isOpen={disabled !== undefined}
        onClose={close}
        title={`Disable ${disabled?.name ?? 'the key'}?`}
        verb="Disable"
        onConfirm={() => disabled && setDisabled(disabled, true)}
      >
        <p>Every call with it is refused within a second. Its tasks go on. It can be enabled again.</p>
      </Confirm>
    </Page>
  );
}
