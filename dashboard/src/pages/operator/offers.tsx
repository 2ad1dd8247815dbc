// Which provider makes a model first, and how several share it.

import { useState } from 'react';
import type { ModelStatus, Offer } from '../../api/wire.ts';
import { useSearch } from '../../shell/address.ts';
import { Button } from '../../ui/button.tsx';
import { Toggle } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import type { Column } from '../../ui/table.tsx';
import { ActSheet } from './act-sheet.tsx';
import { OperatorList, OperatorPage } from './frame.tsx';
import styles from './operator.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'Model' },
  { name: 'In order', isWideOnly: true },
  { name: 'Change' },
];
const WHOLE = /^\d{1,3}$/;

export function OffersPage() {
  const [{ q = '' }, change] = useSearch();
  const [open, setOpen] = useState<{ model: string; offer: Offer }>();
  return (
    <OperatorPage
      title="Offers"
      range={q ? `Models or providers with "${q}"` : undefined}
      lead="A live task goes to the first offer with room. Offers of the same order share the tasks by weight."
    >
      <OperatorList<ModelStatus>
        label="Offers"
        path="/models"
        usual="200"
        query={{ q: q || undefined }}
        columns={COLUMNS}
        idOf={({ model }) => model}
        cells={({ model, offers }) => [
          model,
          <OfferWords key="offers" offers={offers} />,
          <span key="change" className={styles.left}>
            {offers.map((offer) => (
              <Button
                key={offer.id}
                size="small"
                aria-label={`Change ${offer.id} of ${model}`}
                onClick={() => setOpen({ model, offer })}
              >
                {offer.id}
              </Button>
            ))}
          </span>,
        ]}
        filters={
          <div className={styles.filters}>
            <TextField
              type="search"
              label="Model or provider"
              value={q}
              onChange={(value) => change({ q: value || undefined }, { replace: true })}
            />
          </div>
        }
        onClear={q ? () => change({ q: undefined }) : undefined}
        empty={{ title: 'No offers', words: 'No model can be made with a live key.' }}
      />
      {open && <OfferSheet {...open} onClose={() => setOpen(undefined)} />}
    </OperatorPage>
  );
}

function OfferWords({ offers }: { offers: readonly Offer[] }) {
  if (offers.length === 0) return <span className={styles.below}>none: drafts alone</span>;
  const sorted = offers.toSorted((one, other) => one.order - other.order);
  return sorted.map(({ id, order, weight, enabled }) => (
    <span key={id} className={styles.below}>
      {enabled ? `${id} · order ${order} · weight ${weight}` : `${id} · off`}
    </span>
  ));
}

function OfferSheet({ model, offer, onClose }: { model: string; offer: Offer; onClose: () => void }) {
  const [order, setOrder] = useState(String(offer.order));
  const [weight, setWeight] = useState(String(offer.weight));
  const [enabled, setEnabled] = useState(offer.enabled);
  const isGood = WHOLE.test(order) && WHOLE.test(weight) && Number(weight) > 0;
  const setting = { id: offer.id, order: Number(order), weight: Number(weight), enabled };
  return (
    <ActSheet
      title={`${offer.id} for ${model}`}
      verb="Save the offer"
      refusal="The offer stays as it was"
      reason={isGood ? undefined : 'Order and weight are whole numbers, the weight from 1'}
      call={{ method: 'patch', path: `/models/${model}`, body: { offers: [setting] } }}
      onClose={onClose}
    >
      <Toggle
        label="Takes tasks"
        description="Off: what is under way goes on"
        isOn={enabled}
        onChange={setEnabled}
      />
      <TextField
        label="Order"
        description="Lower ones are tried first"
        inputMode="numeric"
        value={order}
        onChange={setOrder}
      />
      <TextField
        label="Weight"
        description="Its share beside others of the same order"
        inputMode="numeric"
        value={weight}
        onChange={setWeight}
      />
      {offer.cost && (
        <p className={styles.words}>
          The provider takes {offer.cost.usd} US dollars a {offer.cost.unit}, as its page said on{' '}
          {offer.cost.date}.
        </p>
      )}
    </ActSheet>
  );
}
