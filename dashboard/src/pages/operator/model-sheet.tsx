// What can be changed about a model: its switches, and what it costs from when on.

import { useState } from 'react';
import { useOperatorAct } from '../../api/operator.ts';
import type { ModelStatus } from '../../api/wire.ts';
import { Button } from '../../ui/button.tsx';
import { Toggle } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { formatExact, Time } from '../../ui/time.tsx';
import { ActFault, toMs } from './frame.tsx';
import styles from './operator.module.css';
import { PRICE_UNITS, wordPrice } from './price-words.ts';

const MS = 1_000;
const AMOUNT = /^\d{1,9}(\.\d{1,6})?$/;

function useModelChange({ model }: ModelStatus) {
  const act = useOperatorAct<ModelStatus>();
  const change = (body: object, done?: () => void) =>
    act.mutate({ method: 'patch', path: `/models/${model}`, body }, { onSuccess: done });
  return { act, change };
}

export function ModelSheet({ status, onClose }: { status: ModelStatus; onClose: () => void }) {
  const { act, change } = useModelChange(status);
  return (
    <Sheet isOpen title={status.model} onClose={onClose}>
      <div className={styles.fields}>
        <Toggle
          label="On"
          description="Off: creates are refused"
          isOn={status.enabled}
          onChange={(enabled) => change({ enabled })}
        />
        <Toggle
          label="Maintenance"
          description="Creates are refused for now, and clients read that it comes back"
          isOn={status.maintenance}
          onChange={(maintenance) => change({ maintenance })}
        />
        <ActFault title="Nothing was changed" error={act.error} />
        <Prices status={status} />
        <PriceForm status={status} />
      </div>
    </Sheet>
  );
}

function Prices({ status }: { status: ModelStatus }) {
  const { act, change } = useModelChange(status);
  return (
    <Card title="Price">
      <div className={styles.fields}>
        <Facts
          items={[
            ['Now', wordPrice(status.price)],
            [
              'Since',
              status.price_since === null ? 'as shipped' : <Time key="since" at={toMs(status.price_since)} />,
            ],
            ['As shipped', wordPrice(status.shipped_price)],
          ]}
        />
        {status.next_prices.map(({ starts_at, price }) => (
          <p key={starts_at} className={styles.words}>
            From {formatExact(new Date(toMs(starts_at)))}: {wordPrice(price)}{' '}
            <Button
              size="small"
              isBusy={act.isPending}
              onClick={() => change({ withdraw_price_from: starts_at })}
            >
              Withdraw
            </Button>
          </p>
        ))}
        {status.price_since !== null && (
          <Button size="small" isBusy={act.isPending} onClick={() => change({ flat_price: null })}>
            Restore the shipped price now
          </Button>
        )}
        <ActFault title="The price stays as it was" error={act.error} />
      </div>
    </Card>
  );
}

/** Why the price cannot be set yet. */
function findReason(values: Record<string, string>): string | undefined {
  const isGood = Object.values(values).every((value) => AMOUNT.test(value));
  return isGood ? undefined : 'Write each price as an amount such as 12 or 0.5';
}

function labelOf({ kind }: ModelStatus['shipped_price'], name: string): string {
  if (kind === 'flat' || kind === 'template') return 'Credits of a task';
  const { unit, only } = PRICE_UNITS[kind];
  return name === only ? `Credits a ${unit}` : `Credits a ${unit}, ${name}`;
}

function PriceForm({ status }: { status: ModelStatus }) {
  const { act, change } = useModelChange(status);
  const { shipped_price: shipped } = status;
  const isTable = shipped.kind !== 'flat' && shipped.kind !== 'template';
  const names = isTable ? Object.keys(shipped.credits) : ['task'];
  const [values, setValues] = useState<Record<string, string>>(
    Object.fromEntries(names.map((name) => [name, ''])),
  );
  const [from, setFrom] = useState('');
  const reason = findReason(values);
  const numbers = Object.fromEntries(names.map((name) => [name, Number(values[name])]));
  const submit = () => {
    if (reason !== undefined) return;
    const price = isTable ? { [`price_${shipped.kind}`]: numbers } : { flat_price: numbers.task };
    const begin = from === '' ? {} : { price_from: Date.parse(`${from}T00:00:00Z`) / MS };
    change({ ...price, ...begin }, () => setValues(Object.fromEntries(names.map((name) => [name, '']))));
  };
  return (
    <form
      className={styles.fields}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className={styles.pair}>
        {names.map((name) => (
          <TextField
            key={name}
            label={labelOf(shipped, name)}
            inputMode="decimal"
            value={values[name]}
            onChange={(value) => setValues({ ...values, [name]: value.trim() })}
          />
        ))}
        <TextField
          type="date"
          label="Holds from"
          description="The beginning of that day in UTC; empty: now"
          value={from}
          onChange={setFrom}
        />
      </div>
      <ActFault title="The price stays as it was" error={act.error} />
      <div className={styles.buttons}>
        <Button variant="primary" type="submit" isBusy={act.isPending} disabledReason={reason}>
          {from === '' ? 'Set the price now' : 'Set the price from that day'}
        </Button>
      </div>
    </form>
  );
}
