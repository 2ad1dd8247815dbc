// Everything on offer, narrowed by vendor, kind, what goes in and price. All filters stand in the address.

import { ArrowRight, Search } from 'lucide-react';
import { toApiError } from '../../api/client.ts';
import { priceWords, takesWords } from '../../api/model-words.ts';
import { aboutOf, kindOf, useModels, vendorName, wordForKind } from '../../api/models.ts';
import type { ModelSummary } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { FilterLinks, Link, LinkButton } from '../../shell/link.tsx';
import { Fault, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { SelectField } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { Page } from '../../ui/page.tsx';
import { formatLength } from '../../ui/time.tsx';
import styles from './models.module.css';

const ANY = 'any';

const INPUTS = [
  { value: ANY, label: 'Any input' },
  { value: 'text', label: 'Words alone' },
  { value: 'image', label: 'Pictures' },
  { value: 'video', label: 'Clips' },
  { value: 'audio', label: 'Sounds' },
];

const MAKES = [
  { value: undefined, label: 'All' },
  { value: 'video', label: 'Videos' },
  { value: 'image', label: 'Pictures' },
  { value: 'audio', label: 'Sound' },
] as const;

const SORTS = [
  { value: ANY, label: 'By vendor' },
  { value: 'price', label: 'Cheapest first' },
  { value: 'dear', label: 'Dearest first' },
  { value: 'speed', label: 'Fastest first' },
];

type Filters = Record<string, string>;

function fits(model: ModelSummary, { q, vendor, makes, kind, input, price }: Filters): boolean {
  const names = [model.model, ...(model.aliases ?? [])].join(' ');
  const text = `${model.title} ${names} ${model.description} ${vendorName(model.vendor)}`.toLowerCase();
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const media: readonly string[] = model.input_media;
  return (
    words.every((word) => text.includes(word)) &&
    (vendor === undefined || model.vendor === vendor) &&
    (makes === undefined || model.modality === makes) &&
    (kind === undefined || model.operations.includes(kind)) &&
    (input === undefined || (input === 'text' ? media.length === 0 : media.includes(input))) &&
    (price === undefined || (model.usual_credits !== null && model.usual_credits <= Number(price)))
  );
}

function compare(one: ModelSummary, other: ModelSummary, sort: string | undefined): number {
  const last = Number.POSITIVE_INFINITY;
  switch (sort) {
    case 'price':
      return (one.usual_credits ?? last) - (other.usual_credits ?? last);
    case 'dear':
      return (other.usual_credits ?? -1) - (one.usual_credits ?? -1);
    case 'speed':
      return (one.usual_seconds ?? last) - (other.usual_seconds ?? last);
    default:
      return 0;
  }
}

const PRICES = [
  { value: ANY, label: 'Any price' },
  { value: '0', label: 'Free' },
  { value: '50', label: 'Up to 50 credits' },
  { value: '100', label: 'Up to 100 credits' },
  { value: '250', label: 'Up to 250 credits' },
];

function choicesOf(
  models: readonly ModelSummary[],
  valuesOf: (model: ModelSummary) => readonly string[],
  wordFor: (value: string) => string,
  any: string,
) {
  const values = [...new Set(models.flatMap(valuesOf))].sort();
  return [{ value: ANY, label: any }, ...values.map((value) => ({ value, label: wordFor(value) }))];
}

function FilterBar({ models }: { models: readonly ModelSummary[] }) {
  const [search, change] = useSearch();
  const bind = (name: string) => ({
    value: search[name] ?? ANY,
    onChange: (value: string) => change({ [name]: value === ANY ? undefined : value }),
    isLabelHidden: true,
  });
  return (
    <search className={styles.filters}>
      <Makes models={models} />
      <TextField
        label="Search models"
        isLabelHidden
        type="search"
        placeholder="Search models"
        start={<Search size={16} aria-hidden />}
        value={search.q ?? ''}
        onChange={(q) => change({ q: q || undefined }, { replace: true })}
      />
      <SelectField
        label="Vendor"
        choices={choicesOf(models, ({ vendor }) => [vendor], vendorName, 'All vendors')}
        {...bind('vendor')}
      />
      <SelectField
        label="Kind"
        choices={choicesOf(models, ({ operations }) => operations, wordForKind, 'All kinds')}
        {...bind('kind')}
      />
      <SelectField label="What goes in" choices={INPUTS} {...bind('input')} />
      <SelectField label="Price of a usual task" choices={PRICES} {...bind('price')} />
      <SelectField label="Order" choices={SORTS} {...bind('sort')} />
    </search>
  );
}

/** What is made, each with how many models make it: once that is known, in room that is kept for it. */
function Makes({ models }: { models: readonly ModelSummary[] }) {
  const [search] = useSearch();
  if (models.length === 0) return <div className={styles.makes} />;
  return (
    <div className={styles.makes}>
      <FilterLinks
        label="What is made"
        choices={MAKES.map(({ value, label }) => ({
          name: label,
          count: value === undefined ? undefined : models.filter(({ modality }) => modality === value).length,
          isChosen: search.makes === value,
          href: paths.models({ ...search, makes: value }),
        }))}
      />
    </div>
  );
}

const FILTER_NAMES = ['q', 'vendor', 'makes', 'kind', 'input', 'price'];

export function ModelsPage() {
  const { data, error, refetch } = useModels();
  const [search, change] = useSearch();
  const shown = (data ?? [])
    .filter((model) => fits(model, search))
    .sort((one, other) => compare(one, other, search.sort));
  const failure = error && toApiError(error);
  return (
    <Page
      title="Models"
      range={
        data && (shown.length === data.length ? `all ${data.length}` : `${shown.length} of ${data.length}`)
      }
      lead="Every model behind one request. Prices are in credits; a usual task has the defaults of its model."
    >
      <FilterBar models={data ?? []} />
      {failure && !data && (
        <Fault
          title="The models could not be read"
          message={failure.message}
          requestId={failure.requestId}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !failure && <SkeletonCards />}
      {data && shown.length === 0 && (
        <p className={styles.none}>
          No model fits these filters.{' '}
          <Button
            size="small"
            onClick={() => change(Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined])))}
          >
            Clear filters
          </Button>
        </p>
      )}
      <ul className={styles.cards}>
        {shown.map((model) => (
          <ModelCard key={model.model} model={model} />
        ))}
      </ul>
    </Page>
  );
}

const SKELETONS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];

function SkeletonCards() {
  return (
    <div className={styles.cards}>
      {SKELETONS.map((name) => (
        <Skeleton key={name} height={184} />
      ))}
    </div>
  );
}

function ModelCard({ model }: { model: ModelSummary }) {
  const { usual_credits: credits, usual_seconds: seconds } = model;
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <span className={styles.vendor}>{vendorName(model.vendor)}</span>
        {!model.enabled && <Chip tone="warn">switched off</Chip>}
        {!model.live && <Chip>test mode alone</Chip>}
      </div>
      <h2 className={styles.title}>
        <Link href={paths.model(model.model)} className={styles.titleLink}>
          {model.title}
          <span className={styles.kind}> · {kindOf(model).toLowerCase()}</span>
        </Link>
      </h2>
      <p className={styles.words}>{aboutOf(model)}</p>
      <p className={styles.facts}>
        <span>Takes {takesWords(model)}</span>
        {model.supports_native_audio && <span>Makes sound</span>}
        {seconds !== null && <span>Usually {formatLength(seconds * 1000)}</span>}
      </p>
      <div className={styles.cardFoot}>
        <span className={styles.price}>
          <strong>
            {credits === null ? 'By template' : credits === 0 ? 'Free' : `${formatCredits(credits)} credits`}
          </strong>
          <span className={styles.quiet}>
            {credits === 0 || credits === null ? '' : priceWords(model.price)}
          </span>
        </span>
        <LinkButton
          size="small"
          href={paths.playground({ model: model.model })}
          icon={<ArrowRight size={14} aria-hidden />}
          aria-label={`Try it: ${model.title}, ${kindOf(model).toLowerCase()}`}
        >
          Try it
        </LinkButton>
      </div>
    </li>
  );
}
