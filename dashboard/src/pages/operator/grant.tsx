// A grant or a correction of credits, with its reason. The amount is typed twice: it is money, and it goes at once.

import { useState } from 'react';
import type { Account, Book } from '../../api/wire.ts';
import { Segments } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { ActSheet } from './act-sheet.tsx';
import styles from './operator.module.css';

const AMOUNT = /^-?\d{1,9}(\.\d{1,6})?$/;

type Kind = 'grant' | 'adjust';

interface Draft {
  kind: Kind;
  book: Book;
  amount: string;
  again: string;
  reason: string;
  reference: string;
}

const EMPTY: Draft = { kind: 'grant', book: 'live', amount: '', again: '', reason: '', reference: '' };

/** Why it cannot be sent yet. */
function findReason({ kind, amount, again, reason }: Draft): string | undefined {
  if (!AMOUNT.test(amount)) return 'Write an amount such as 100 or 166.5';
  if (kind === 'grant' && Number(amount) <= 0) return 'A grant is above zero';
  if (Number(amount) === 0) return 'A correction is not zero';
  if (reason.trim() === '') return 'Write the reason; the account reads it in its statement';
  return again === amount ? undefined : 'Type the amount once more';
}

export function GrantSheet({ account, onClose }: { account: Account; onClose: () => void }) {
  const [draft, setDraft] = useState(EMPTY);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const { kind, book, amount, reason, reference } = draft;
  const body = { kind, book, credits: Number(amount), reason, reference: reference || undefined };
  const said = AMOUNT.test(amount) ? formatCredits(Number(amount)) : '';
  const verb = kind === 'grant' ? `Grant ${said}` : `Correct by ${said}`;
  return (
    <ActSheet
      title={`Credits of ${account.name}`}
      verb={verb.trim()}
      refusal="Nothing was moved"
      reason={findReason(draft)}
      call={{ method: 'post', path: `/accounts/${account.id}/credits`, body }}
      isDirty={amount !== ''}
      onClose={onClose}
    >
      <GrantFields draft={draft} set={set} />
    </ActSheet>
  );
}

function GrantFields({ draft, set }: { draft: Draft; set: (change: Partial<Draft>) => void }) {
  return (
    <>
      <Segments<Kind>
        label="What"
        choices={[
          { value: 'grant', label: 'Grant' },
          { value: 'adjust', label: 'Correction' },
        ]}
        value={draft.kind}
        onChange={(kind) => set({ kind })}
      />
      <Segments<Book>
        label="Book"
        choices={[
          { value: 'live', label: 'Live' },
          { value: 'test', label: 'Test' },
        ]}
        value={draft.book}
        onChange={(book) => set({ book })}
      />
      <div className={styles.pair}>
        <TextField
          label="Credits"
          description={draft.kind === 'adjust' ? 'Below zero takes credits away' : 'At most six decimals'}
          inputMode="decimal"
          isRequired
          value={draft.amount}
          onChange={(amount) => set({ amount: amount.trim() })}
        />
        <TextField
          label="Credits, once more"
          description="They move at once"
          inputMode="decimal"
          isRequired
          value={draft.again}
          onChange={(again) => set({ again: again.trim() })}
        />
      </div>
      <TextField
        label="Reason"
        description="The account reads it in its statement"
        isRequired
        maxLength={300}
        value={draft.reason}
        onChange={(reason) => set({ reason })}
      />
      <TextField
        label="Reference"
        description="Of a payment: the same one moves credits once"
        maxLength={200}
        value={draft.reference}
        onChange={(reference) => set({ reference })}
      />
    </>
  );
}
