// One account: its balances with the operator's notices of them, its keys, what moved its credits; grants and corrections;
// and whether it may call.

import { useParams } from '@tanstack/react-router';
import { Bell, Coins } from 'lucide-react';
import { useState } from 'react';
import { toApiError } from '../../api/client.ts';
import { useOperatorAct, useOperatorRead } from '../../api/operator.ts';
import type {
  Account,
  AccountBalance,
  Book,
  KeyOfAccount,
  OperatorMovement,
  OperatorNotice,
} from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { Link, LinkButton } from '../../shell/link.tsx';
import { NotFound, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Segments } from '../../ui/choices.tsx';
import { Id } from '../../ui/copy.tsx';
import { formatCredits, Money } from '../../ui/money.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import type { Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ActFault, OperatorList, OperatorPage, ReadFault, toMs } from './frame.tsx';
import { GrantSheet } from './grant.tsx';
import { NoticeSheet, NoticeWords } from './notice.tsx';
import styles from './operator.module.css';

const BALANCE_HEIGHT = 192;

export function AccountPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const account = useOperatorRead<Account>(`/accounts/${id}`);
  const [isGranting, setGranting] = useState(false);
  const { data } = account;
  const error = account.error && !data ? toApiError(account.error) : undefined;
  return (
    <OperatorPage
      title={data?.name ?? 'Account'}
      crumb={<Link href={paths.operatorAccounts()}>Accounts</Link>}
      range={data && <Id id={data.id} />}
      actions={
        data && (
          <>
            <AccountSwitch account={data} />
            <Button
              variant="primary"
              icon={<Coins size={16} aria-hidden />}
              onClick={() => setGranting(true)}
            >
              Grant or correct
            </Button>
          </>
        )
      }
    >
      {error?.status === 404 && (
        <NotFound
          title="No such account"
          action={<LinkButton href={paths.operatorAccounts()}>All accounts</LinkButton>}
        />
      )}
      {error?.status !== 404 && <ReadFault title="The account could not be read" read={account} />}
      {data && (
        <>
          <Balances id={id} />
          <Keys id={id} />
          <Statement id={id} />
        </>
      )}
      {data && isGranting && <GrantSheet account={data} onClose={() => setGranting(false)} />}
    </OperatorPage>
  );
}

function AccountSwitch({ account }: { account: Account }) {
  const [isAsking, setAsking] = useState(false);
  const act = useOperatorAct<Account>();
  const isOff = account.disabled_at !== null;
  const turn = (disabled: boolean) =>
    act.mutate(
      { method: 'patch', path: `/accounts/${account.id}`, body: { disabled } },
      { onSuccess: () => setAsking(false) },
    );
  if (isOff) {
    return (
      <Button isBusy={act.isPending} onClick={() => turn(false)}>
        Enable the account
      </Button>
    );
  }
  return (
    <>
      <Button onClick={() => setAsking(true)}>Disable the account</Button>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Disable ${account.name}?`}
        verb="Disable"
        word={account.name}
        isBusy={act.isPending}
        onConfirm={() => turn(true)}
      >
        <p>Every key of it answers 403 within a second. Open tasks go on to their end.</p>
        <ActFault title="It was not disabled" error={act.error} />
      </Confirm>
    </>
  );
}

function Await(props: Parameters<typeof ReadFault>[0]) {
  return props.read.error ? <ReadFault {...props} /> : <Skeleton height={BALANCE_HEIGHT} />;
}

/** Both books, each with the notice that the operator gets of it. */
function Balances({ id }: { id: string }) {
  const balances = useOperatorRead<{ items: AccountBalance[] }>(`/accounts/${id}/balances`);
  const notices = useOperatorRead<{ items: OperatorNotice[] }>(`/accounts/${id}/notices`);
  const [open, setOpen] = useState<Book>();
  if (!balances.data) return <Await title="The balances could not be read" read={balances} />;
  if (!notices.data) return <Await title="The notices could not be read" read={notices} />;
  const noticeOf = (book?: Book) => notices.data.items.find((notice) => notice.book === book);
  const opened = noticeOf(open);
  return (
    <div className={styles.balances}>
      {balances.data.items.map(({ book, available, held, posted }) => (
        <Card
          key={book}
          title={book === 'live' ? 'Live credits' : 'Test credits'}
          actions={
            <Button
              size="small"
              aria-label={`Notice of low ${book} credits`}
              icon={<Bell size={14} aria-hidden />}
              onClick={() => setOpen(book)}
            >
              Notice
            </Button>
          }
        >
          <div className={styles.value}>{formatCredits(available)}</div>
          <Facts
            items={[
              ['Held for open tasks', <Money key="held" credits={held} />],
              ['Together', <Money key="posted" credits={posted} />],
              ['Notice to operators', <NoticeWords key="notice" notice={noticeOf(book)} />],
            ]}
          />
        </Card>
      ))}
      {opened && <NoticeSheet notice={opened} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

const KEY_COLUMNS: readonly Column[] = [
  { name: 'Key' },
  { name: 'Book', isNarrow: true },
  { name: 'Name', isWideOnly: true },
  { name: 'State', isNarrow: true },
  { name: 'Made', isRight: true, isNarrow: true },
];

function Keys({ id }: { id: string }) {
  return (
    <OperatorList<KeyOfAccount>
      title="API keys"
      label="API keys"
      path="/keys"
      query={{ account: id }}
      columns={KEY_COLUMNS}
      idOf={(key) => key.id}
      cells={(key) => [
        <span key="hint" className="mono">
          {key.hint}
        </span>,
        <Chip key="book" tone={key.mode === 'test' ? 'warn' : undefined}>
          {key.mode}
        </Chip>,
        key.name,
        key.disabled_at === null ? 'works' : 'disabled',
        <Time key="made" at={toMs(key.created_at)} />,
      ]}
      empty={{ title: 'No keys', words: 'Its members make keys on their own page.' }}
    />
  );
}

const MOVEMENT_COLUMNS: readonly Column[] = [
  { name: 'When', isNarrow: true },
  { name: 'What', isNarrow: true },
  { name: 'Reason or task' },
  { name: 'Credits', isRight: true, isNarrow: true },
  { name: 'Then', isRight: true, isNarrow: true, isWideOnly: true },
];

const MOVES: Record<OperatorMovement['kind'], string> = {
  grant: 'Grant',
  adjust: 'Correction',
  capture: 'Charge',
};

function Statement({ id }: { id: string }) {
  const [search, change] = useSearch();
  const book: Book = search.book === 'test' ? 'test' : 'live';
  return (
    <OperatorList<OperatorMovement>
      title="Statement"
      label="Statement"
      path={`/accounts/${id}/statement`}
      query={{ book }}
      columns={MOVEMENT_COLUMNS}
      idOf={(movement) => movement.id}
      cells={(movement) => [
        <Time key="when" at={toMs(movement.created_at)} />,
        MOVES[movement.kind],
        movement.task_id ? <Id key="task" id={movement.task_id} short /> : movement.reason,
        <Money key="credits" credits={movement.credits} />,
        <Money key="balance" credits={movement.balance} />,
      ]}
      filters={
        <div className={styles.filters}>
          <Segments<Book>
            label="Book of the statement"
            isLabelHidden
            choices={[
              { value: 'live', label: 'Live' },
              { value: 'test', label: 'Test' },
            ]}
            value={book}
            onChange={(next) => change({ book: next === 'live' ? undefined : next })}
          />
        </div>
      }
      zero={`Nothing has moved in the ${book} book yet.`}
      empty={{ title: 'Nothing moved', words: 'Grant credits to begin.' }}
    />
  );
}
