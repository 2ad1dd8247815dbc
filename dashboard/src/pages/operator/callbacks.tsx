// The callbacks of all accounts: what was sent, every try, and sending again.

import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { useOperatorAct, useOperatorRead } from '../../api/operator.ts';
import type { Delivery, OperatorCallback } from '../../api/wire.ts';
import {
  answerOf,
  CALLBACK_STATES,
  CallbackStateChip,
  listStateFilters,
  nameOfOccasion,
  nameOfState,
} from '../../parts/callback-words.tsx';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { FilterLinks, Link } from '../../shell/link.tsx';
import { Fault, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Id } from '../../ui/copy.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { Facts } from '../../ui/page.tsx';
import type { Column } from '../../ui/table.tsx';
import { formatLength, Time } from '../../ui/time.tsx';
import type { Bulk } from './bulk.tsx';
import { ActFault, OperatorList, OperatorPage, toMs, useListed } from './frame.tsx';
import styles from './operator.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'State', isNarrow: true },
  { name: 'About' },
  { name: 'Address', isWideOnly: true },
  { name: 'Tries', isRight: true, isNarrow: true, isWideOnly: true },
  { name: 'Next try', isRight: true, isNarrow: true, isWideOnly: true },
  { name: 'Made', isRight: true, isNarrow: true, isWideOnly: true },
];
const PATH = '/callbacks';

const BULK: Bulk<OperatorCallback> = {
  nameOf: ({ id, url }) => `…${id.slice(-6)} to ${url}`,
  acts: [
    {
      verb: 'Replay',
      doing: 'Replaying',
      done: 'sent again',
      canDo: () => true,
      callOf: ({ id }) => ({ method: 'post', path: `/callbacks/${id}/replay` }),
    },
  ],
};

export function OperatorCallbacksPage() {
  const [search, change] = useSearch();
  const state = CALLBACK_STATES.find((each) => each === search.state);
  const { account, id } = search;
  const open = useListed<OperatorCallback>(PATH, { state, account }, (callback) => callback.id === id);
  const said = [state && nameOfState(state), account && `account ${account}`].filter(Boolean).join(' · ');
  return (
    <OperatorPage
      title="All callbacks"
      range={said || 'All accounts, newest first'}
      lead="Whether what clients wait for has landed. A replay has the same id, so a receiver knows it again."
    >
      <OperatorList<OperatorCallback>
        label="Callbacks"
        path={PATH}
        query={{ state, account }}
        columns={COLUMNS}
        idOf={({ id }) => id}
        cells={(callback) => [
          <CallbackStateChip key="state" state={callback.state} />,
          <span key="about">
            <Link href={paths.operatorCallbacks({ state, account, rows: search.rows, id: callback.id })}>
              {nameOfOccasion(callback.occasion)} …{(callback.task_id ?? callback.id).slice(-6)}
            </Link>
            <span className={styles.phoneOnly}>
              <Time at={toMs(callback.created_at)} />
            </span>
          </span>,
          <span key="address" className={styles.address} title={callback.url}>
            {callback.url}
          </span>,
          callback.tries,
          callback.next_try_at === null ? 'none' : <Time key="next" at={toMs(callback.next_try_at)} />,
          <Time key="made" at={toMs(callback.created_at)} />,
        ]}
        filters={<Filters key={account ?? ''} account={account ?? ''} />}
        onClear={said ? () => change({ state: undefined, account: undefined }) : undefined}
        bulk={BULK}
        empty={{ title: 'Nothing was sent yet', words: 'A task with a callback_url makes the first one.' }}
      />
      {open && <CallbackSheet key={open.id} callback={open} onClose={() => change({ id: undefined })} />}
    </OperatorPage>
  );
}

function Filters({ account }: { account: string }) {
  const [{ state, rows }, change] = useSearch();
  const [text, setText] = useState(account);
  return (
    <form
      className={styles.filters}
      onSubmit={(event) => {
        event.preventDefault();
        change({ account: text.trim() || undefined });
      }}
    >
      <div className={styles.wholeLine}>
        <FilterLinks
          label="State"
          choices={listStateFilters(state, (value) =>
            paths.operatorCallbacks({ state: value, account: account || undefined, rows }),
          )}
        />
      </div>
      <TextField type="search" label="Account, by name or id" value={text} onChange={setText} />
      <Button type="submit">Show</Button>
    </form>
  );
}

function CallbackSheet({ callback, onClose }: { callback: OperatorCallback; onClose: () => void }) {
  const replay = useOperatorAct<object>();
  return (
    <Sheet
      isOpen
      title="Callback"
      width={560}
      onClose={onClose}
      foot={
        <Button
          variant="primary"
          icon={<RotateCcw size={16} aria-hidden />}
          isBusy={replay.isPending}
          onClick={() => replay.mutate({ method: 'post', path: `/callbacks/${callback.id}/replay` })}
        >
          Replay
        </Button>
      }
    >
      <div className={styles.fields}>
        <ActFault title="It was not sent again" error={replay.error} />
        <p role="status" className={replay.isSuccess ? styles.words : 'visually-hidden'}>
          {replay.isSuccess ? 'It is sent again now, under the same id.' : ''}
        </p>
        <Facts
          items={[
            ['State', <CallbackStateChip key="state" state={callback.state} />],
            ['About', nameOfOccasion(callback.occasion)],
            ['Task', callback.task_id && <Id key="task" id={callback.task_id} short />],
            [
              'Account',
              <Link key="account" href={paths.operatorAccount(callback.account_id)}>
                …{callback.account_id.slice(-6)}, {callback.book}
              </Link>,
            ],
            ['Address', callback.url],
            ['Id of every try', <Id key="id" id={callback.id} short />],
          ]}
        />
        <Tries id={callback.id} />
      </div>
    </Sheet>
  );
}

const TRIES_HEIGHT = 120;

function Tries({ id }: { id: string }) {
  const tries = useOperatorRead<{ items: Delivery[] }>(`/callbacks/${id}/deliveries`, { isLive: true });
  if (!tries.data) {
    if (!tries.error) return <Skeleton height={TRIES_HEIGHT} />;
    const { message, requestId } = toApiError(tries.error);
    return <Fault title="The tries could not be read" message={message} requestId={requestId} />;
  }
  if (tries.data.items.length === 0) return <p className={styles.words}>No try yet.</p>;
  return tries.data.items.toReversed().map((made) => (
    <section key={made.number} aria-label={`Try ${made.number}`}>
      <Facts
        items={[
          ['Try', `${made.number}, ${formatLength(made.duration_ms)}`],
          ['Sent', <Time key="sent" at={toMs(made.sent_at)} />],
          ['Answer', answerOf(made)],
        ]}
      />
      {made.response_head && <Code text={made.response_head} label={`Answer to try ${made.number}`} wraps />}
    </section>
  ));
}
