// The notice that operators get of a low balance of an account, in one book.
import { useState } from 'react';
import { useOperatorAct } from '../../api/operator.ts';
import { useMe } from '../../api/queries.ts';
import type { OperatorNotice } from '../../api/wire.ts';
import { isAmount } from '../../parts/amount.ts';
import { EmailField, isAddress } from '../../parts/email-field.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { formatCredits, Money } from '../../ui/money.tsx';
import { ActSheet } from './act-sheet.tsx';
import { ActFault } from './frame.tsx';
import styles from './operator.module.css';

interface NoticeProps {
  notice: OperatorNotice;
  onClose: () => void;
}

/** From which balance on, and where it goes. */
export function NoticeWords({ notice }: { notice: OperatorNotice | undefined }) {
  if (!notice || notice.threshold === null) return 'none';
  return (
    <>
      {notice.is_below ? 'sent, below' : 'below'} <Money credits={notice.threshold} />, to {notice.mail_to}
    </>
  );
}

/** Why it cannot be saved yet. */
function findReason(notice: OperatorNotice, threshold: string, mailTo: string): string | undefined {
  if (!notice.mail_is_on) return 'This server sends no mail: set REELAY_SMTP_URL and REELAY_MAIL_FROM';
  if (!isAmount(threshold)) return 'Enter an amount above zero, with at most six decimals';
  return isAddress(mailTo) ? undefined : 'Enter an email address';
}

export function NoticeSheet({ notice, onClose }: NoticeProps) {
  const { person } = useMe();
  const [threshold, setThreshold] = useState(notice.threshold === null ? '' : String(notice.threshold));
  const [mailTo, setMailTo] = useState(notice.mail_to ?? person.email);
  const { account_id: account, book, owners_threshold } = notice;
  const path = `/accounts/${account}/notices`;
  const end = useOperatorAct<OperatorNotice>();
  return (
    <ActSheet
      title={`Notice of low ${book} credits`}
      verb="Save the notice"
      refusal="The notice was not saved"
      reason={findReason(notice, threshold, mailTo)}
      call={{ method: 'patch', path, body: { book, threshold: Number(threshold), mail_to: mailTo.trim() } }}
      onClose={onClose}
      more={
        notice.threshold !== null && (
          <Button
            isBusy={end.isPending}
            onClick={() =>
              end.mutate({ method: 'patch', path, body: { book, threshold: null } }, { onSuccess: onClose })
            }
          >
            End the notice
          </Button>
        )
      }
    >
      <TextField
        label="Threshold"
        description="One mail each time that less than this is free in the account."
        inputMode="decimal"
        end="cr"
        isRequired
        value={threshold}
        onChange={setThreshold}
      />
      <EmailField
        label="Mail to"
        description="Apart from the notice that the owners of the account set for themselves."
        value={mailTo}
        onChange={setMailTo}
      />
      <p className={styles.words}>
        {owners_threshold === null
          ? 'The owners of the account have set no notice.'
          : `The owners of the account get theirs below ${formatCredits(owners_threshold)} credits.`}
      </p>
      <ActFault title="The notice was not ended" error={end.error} />
    </ActSheet>
  );
}
