// The notice of a low balance: a threshold for the book that is looked at, and how it is sent.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { accountApi, toApiError } from '../../api/client.ts';
import { useAccount, useScope } from '../../api/queries.ts';
import type { Notice } from '../../api/wire.ts';
import { isAmount } from '../../parts/amount.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSending } from '../../parts/form.ts';
import { Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { CheckField } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Card } from '../../ui/page.tsx';
import styles from './notice.module.css';

/** For owners alone: others have no use for it. */
export function NoticeCard() {
  const { role } = useAccount();
  return role === 'owner' ? <OwnNotice /> : null;
}

function OwnNotice() {
  const scope = useScope();
  const { data, error, refetch } = useQuery({
    queryKey: scope('notice'),
    queryFn: ({ signal }) => accountApi.get<Notice>('/notices', { signal }),
  });
  return (
    <Card title="Notice of a low balance">
      {!data && error && (
        <FaultOf
          error={toApiError(error)}
          title="The notice could not be read"
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <Skeleton height={220} />}
      {data && <NoticeForm key={`${data.book} ${data.threshold}`} notice={data} />}
    </Card>
  );
}

function NoticeForm({ notice }: { notice: Notice }) {
  const scope = useScope();
  const client = useQueryClient();
  const { isBusy, error, send } = useSending();
  const [threshold, setThreshold] = useState(notice.threshold === null ? '' : String(notice.threshold));
  const [address, setAddress] = useState(notice.callback_url ?? '');
  const [isMailed, setMailed] = useState(notice.mail);
  const save = (change: object) =>
    send(async () => {
      const saved = await accountApi.patch<Notice>('/notices', { body: change });
      client.setQueryData(scope('notice'), saved);
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save({
      threshold: Number(threshold),
      callback_url: address.trim() === '' ? null : address.trim(),
      mail: isMailed,
    });
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <TextField
        label="Threshold"
        description={`One notice each time that less than this is free in the ${notice.book} book.`}
        inputMode="decimal"
        end="cr"
        value={threshold}
        onChange={setThreshold}
      />
      <TextField
        label="Callback address"
        description="Gets the event balance.low, signed like every callback. Leave it empty for none."
        type="url"
        value={address}
        onChange={setAddress}
      />
      <CheckField
        label="Mail to the owners"
        description={notice.mail_is_on ? undefined : 'This server sends no mail.'}
        isOn={isMailed}
        onChange={setMailed}
      />
      <FaultOf error={error} title="The notice was not saved" />
      <div className={styles.row}>
        <Button
          type="submit"
          isBusy={isBusy}
          disabledReason={
            isAmount(threshold) ? undefined : 'Enter an amount above zero, with at most six decimals'
          }
        >
          Save the notice
        </Button>
        {notice.threshold !== null && (
          <Button variant="quiet" isBusy={isBusy} onClick={() => save({ threshold: null })}>
            End the notice
          </Button>
        )}
      </div>
      <p role="status" className={styles.state}>
        {stateOf(notice)}
      </p>
    </form>
  );
}

function stateOf({ threshold, is_below }: Notice): string {
  if (threshold === null) return 'No notice is set.';
  return is_below
    ? 'The balance is below the threshold now. The next notice comes after it has been above.'
    : 'The balance is above the threshold.';
}
