// Credits and what they went to: three figures, a chart by group, the same rows as a table and a file, the statement.
import { useQuery } from '@tanstack/react-query';
import { toApiError } from '../../api/client.ts';
import { keysQuery } from '../../api/keys.ts';
import { useBalance } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import { type UsageQuestion, usageFile, usageQuery } from '../../api/usage.ts';
import { FaultOf } from '../../parts/fault-of.tsx';
import { useSearch } from '../../shell/address.ts';
import { AnchorButton } from '../../ui/button.tsx';
import { Segments } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import { FilterTag } from '../../ui/filter-chips.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { Page } from '../../ui/page.tsx';
import { NoticeCard } from './notice.tsx';
import { StatementCard } from './statement.tsx';
import styles from './usage.module.css';
import { UsageCard } from './usage-card.tsx';

const GROUPS = [
  { value: 'day', label: 'Day' },
  { value: 'model', label: 'Model' },
  { value: 'key', label: 'Key' },
  { value: 'state', label: 'State' },
  { value: 'metadata', label: 'Metadata' },
] as const;

type Group = (typeof GROUPS)[number]['value'];

const METADATA = 'metadata.';
const USUAL_NAME = 'project';

function groupOf(by: string): Group {
  return by.startsWith(METADATA) ? 'metadata' : (GROUPS.find(({ value }) => value === by)?.value ?? 'day');
}

export function UsagePage() {
  const session = useSession();
  const [search, change] = useSearch();
  const by = search.by ?? 'day';
  const question: UsageQuestion = { by, from: search.from, to: search.to, key: search.key };
  const { data, error, refetch } = useQuery(usageQuery(session, question));
  const range = data && `${data.from} to ${data.to} (UTC)`;
  return (
    <Page
      title="Usage"
      range={range}
      lead="A task counts on the day on which it was created. Days are in UTC."
      actions={
        <AnchorButton href={usageFile(question)} download>
          Download CSV
        </AnchorButton>
      }
    >
      <Figures spent={data?.sum.credits} />
      <div className={styles.filters}>
        <Segments
          label="Usage by"
          isLabelHidden
          choices={GROUPS}
          value={groupOf(by)}
          onChange={(group) => change({ by: group === 'metadata' ? `${METADATA}${USUAL_NAME}` : group })}
        />
        {groupOf(by) === 'metadata' && (
          <TextField
            label="Name"
            value={by.slice(METADATA.length)}
            onChange={(name) => change({ by: `${METADATA}${name}` }, { replace: true })}
          />
        )}
        <Day label="From" value={search.from ?? data?.from} onChange={(from) => change({ from })} />
        <Day label="To" value={search.to ?? data?.to} onChange={(to) => change({ to })} />
        {search.key && <KeyTag id={search.key} />}
      </div>
      <FaultOf
        error={error ? toApiError(error) : undefined}
        title="The usage could not be read"
        onRetry={() => refetch()}
      />
      {!error && <UsageCard report={data} group={groupOf(by)} />}
      <StatementCard />
      <NoticeCard />
    </Page>
  );
}

/** The report of one key says so, and by which name. */
function KeyTag({ id }: { id: string }) {
  const [, change] = useSearch();
  const { data } = useQuery(keysQuery(useSession()));
  const name = data?.find((key) => key.id === id)?.name ?? `…${id.slice(-6)}`;
  return <FilterTag name="key" value={name} onRemove={() => change({ key: undefined })} />;
}

function Day({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (day: string) => void;
}) {
  return <TextField label={label} type="date" value={value ?? ''} onChange={onChange} />;
}

function Figures({ spent }: { spent: number | undefined }) {
  const { data } = useBalance();
  const figure = (value: number | undefined) => (value === undefined ? '–' : formatCredits(value));
  return (
    <dl className={styles.figures}>
      {[
        ['Free', figure(data?.balance)],
        ['Held by open tasks', figure(data?.held)],
        ['Spent in this time', figure(spent)],
      ].map(([name, value]) => (
        <div key={name} className={styles.figure}>
          <dt>{name}</dt>
          <dd key={value}>
            {value} <span className={styles.unit}>credits</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
