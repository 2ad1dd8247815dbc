// The models with their switches and prices. A row opens what can be changed about it.

import { useOperatorRead } from '../../api/operator.ts';
import type { ModelStatus } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { Link } from '../../shell/link.tsx';
import { Chip } from '../../ui/chip.tsx';
import { TextField } from '../../ui/fields.tsx';
import type { Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { OperatorList, OperatorPage, toMs } from './frame.tsx';
import { ModelSheet } from './model-sheet.tsx';
import styles from './operator.module.css';
import { PriceSheetCard } from './price-sheet.tsx';
import { wordPrice } from './price-words.ts';

const COLUMNS: readonly Column[] = [
  { name: 'Model' },
  { name: 'State', isNarrow: true },
  { name: 'Price in credits' },
  { name: 'Next price', isWideOnly: true },
  { name: 'Offers', isRight: true, isNarrow: true, isWideOnly: true },
];

export function OperatorModelsPage() {
  const [search, change] = useSearch();
  const { q = '', model } = search;
  return (
    <OperatorPage
      title="Models and prices"
      range={q ? `Models or providers with "${q}"` : undefined}
      lead="What is on, what it costs now, and what it will cost. Tasks keep the price that they were created at."
    >
      <PriceSheetCard />
      <OperatorList<ModelStatus>
        label="Models"
        path="/models"
        usual="200"
        query={{ q: q || undefined }}
        columns={COLUMNS}
        idOf={(status) => status.model}
        cells={(status) => [
          <Link key="model" href={paths.operatorModels({ q, model: status.model })} className={styles.whole}>
            {status.model}
          </Link>,
          <ModelState key="state" status={status} />,
          <span key="price">
            {wordPrice(status.price)}
            {status.price_since !== null && <span className={styles.below}>set by an operator</span>}
          </span>,
          <NextPrice key="next" status={status} />,
          status.offers.filter(({ enabled }) => enabled).length,
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
        empty={{ title: 'No models', words: 'The catalogue is empty.' }}
      />
      {model && <OpenModel name={model} onClose={() => change({ model: undefined })} />}
    </OperatorPage>
  );
}

function OpenModel({ name, onClose }: { name: string; onClose: () => void }) {
  const { data } = useOperatorRead<ModelStatus>(`/models/${name}`);
  return data ? <ModelSheet key={name} status={data} onClose={onClose} /> : null;
}

function ModelState({ status: { enabled, maintenance } }: { status: ModelStatus }) {
  if (!enabled) return <Chip tone="bad">off</Chip>;
  return maintenance ? <Chip tone="warn">maintenance</Chip> : <Chip tone="ok">on</Chip>;
}

function NextPrice({
  status: {
    next_prices: [next],
  },
}: {
  status: ModelStatus;
}) {
  if (!next) return <span className={styles.quiet}>stays</span>;
  return (
    <span>
      {wordPrice(next.price)} <Time at={toMs(next.starts_at)} />
    </span>
  );
}
