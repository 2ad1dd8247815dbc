import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toApiError } from '../../api/client.ts';
import {
  leaveFor,
  nameOfProvider,
  sentenceOfReturn,
  signInsQuery,
  unlinkSignIn,
} from '../../api/elsewhere.ts';
import { useMe } from '../../api/queries.ts';
import type { SignIn } from '../../api/wire.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { useSearch } from '../../shell/address.ts';
import { Fault, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import { Card } from '../../ui/page.tsx';
import { type Column, Row, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './account.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'Linked' },
  { name: 'Since', isNarrow: true },
  { name: 'Actions', isNameHidden: true, isRight: true, isNarrow: true },
];

/** Links identities at other providers, to sign in there, and takes them away. Nothing where there is none of either. */
export function ElsewhereCard() {
  const { person, server } = useMe();
  const [{ error: failure }] = useSearch();
  const { data, error: unread, refetch } = useQuery(signInsQuery);
  const { isBusy, error, send } = useSending();
  const linked = data?.filter(({ provider }) => provider !== 'password') ?? [];
  if (server.oauth.length === 0 && linked.length === 0) return null;
  const left = server.oauth.filter((id) => !linked.some(({ provider }) => provider === id));
  return (
    <Card title="Sign-in elsewhere">
      <div className={styles.form}>
        {left.length > 0 && (
          <p className={styles.quiet}>Link an identity whose address is {person.email} to sign in with it.</p>
        )}
        {failure && <Fault title="It was not linked" message={sentenceOfReturn(failure)} />}
        <FaultOf error={error} title="It was not linked" />
        <FaultOf
          error={unread ? toApiError(unread) : undefined}
          title="What is linked could not be read"
          onRetry={() => refetch()}
        />
        {!data && !unread && <Skeleton height={40} />}
        {linked.length > 0 && <LinkedTable linked={linked} isLast={data?.length === 1} />}
        {left.length > 0 && (
          <div className={styles.row}>
            {left.map((provider) => (
              <Button key={provider} isBusy={isBusy} onClick={() => send(() => leaveFor(provider, 'link'))}>
                Link {nameOfProvider(provider)}
              </Button>
            ))}
          </div>
        )}
      </div>
    </Card>
  );
}

/** @param props isLast says that nothing else lets the person in. */
function LinkedTable({ linked, isLast }: { linked: readonly SignIn[]; isLast: boolean }) {
  const queries = useQueryClient();
  const { isBusy, error, send } = useSending();
  const [asked, setAsked] = useState<SignIn>();
  const unlink = async () => {
    if (!asked) return;
    await send(() => unlinkSignIn(asked.id));
    setAsked(undefined);
    await queries.invalidateQueries({ queryKey: signInsQuery.queryKey });
  };
  const name = asked && nameOfProvider(asked.provider);
  return (
    <>
      <FaultOf error={error} title="It is still linked" />
      <Table label="Linked sign-ins" columns={COLUMNS}>
        {linked.map((signIn) => (
          <Row
            key={signIn.id}
            columns={COLUMNS}
            cells={[
              nameOfProvider(signIn.provider),
              <Time key="since" at={signIn.created_at} />,
              <Button
                key="unlink"
                size="small"
                variant="quiet"
                disabledReason={isLast ? 'It is your last way to sign in.' : undefined}
                onClick={() => setAsked(signIn)}
              >
                Unlink
              </Button>,
            ]}
          />
        ))}
      </Table>
      <Confirm
        isOpen={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={`Unlink ${name ?? 'it'}?`}
        verb="Unlink"
        isBusy={isBusy}
        onConfirm={unlink}
      >
        <p>You sign in without it from then on. Your sessions in other browsers end.</p>
      </Confirm>
    </>
  );
}
