// The audit log: who did what, on what, before and after, from where. It is read and exported, never changed.

import { Download } from 'lucide-react';
import { useState } from 'react';
import { auditFileAddress } from '../../api/operator.ts';
import type { Act } from '../../api/wire.ts';
import { useSearch } from '../../shell/address.ts';
import { AnchorButton, Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import type { Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { OperatorList, OperatorPage, toMs } from './frame.tsx';
import styles from './operator.module.css';

const COLUMNS: readonly Column[] = [
  { name: 'When', isNarrow: true },
  { name: 'Who', isWideOnly: true },
  { name: 'Did' },
  { name: 'What changed', isWideOnly: true },
  { name: 'From', isWideOnly: true },
];
const NAMES = ['action', 'actor', 'subject'] as const;
const SHOWN_MAX = 6;
const TEXT_MAX = 120;

export function AuditPage() {
  const [search, change] = useSearch();
  const given = NAMES.filter((name) => search[name]);
  const query = Object.fromEntries(given.map((name) => [name, search[name]]));
  const clear = () => change(Object.fromEntries(NAMES.map((name) => [name, undefined])));
  return (
    <OperatorPage
      title="Audit log"
      range={
        given.length > 0
          ? given.map((name) => `${name}: ${search[name]}`).join(' · ')
          : 'Everything, newest first'
      }
      lead="Every act of an operator and every change of access. Lines are never changed or removed."
      actions={
        <>
          <AnchorButton
            href={auditFileAddress('csv', query)}
            download
            icon={<Download size={16} aria-hidden />}
          >
            CSV
          </AnchorButton>
          <AnchorButton
            href={auditFileAddress('json', query)}
            download
            icon={<Download size={16} aria-hidden />}
          >
            JSON
          </AnchorButton>
        </>
      }
    >
      <OperatorList<Act>
        label="Acts"
        path="/acts"
        query={query}
        columns={COLUMNS}
        idOf={({ id }) => id}
        cells={(act) => [
          <Time key="when" at={toMs(act.created_at)} />,
          <Who key="who" act={act} />,
          <span key="did">
            <Did act={act} />
            <span className={styles.phoneOnly}>
              <Who act={act} />
              <Changes act={act} />
            </span>
          </span>,
          <Changes key="changes" act={act} />,
          <span key="from">
            <span className="mono">{act.origin}</span>
            <span className={styles.below}>{act.address}</span>
          </span>,
        ]}
        empty={{ title: 'No acts yet', words: 'The first act of an operator stands here.' }}
        filters={<Filters key={JSON.stringify(query)} />}
        onClear={given.length > 0 ? clear : undefined}
      />
    </OperatorPage>
  );
}

function Filters() {
  const [search, change] = useSearch();
  const [values, setValues] = useState<Record<string, string>>(
    Object.fromEntries(NAMES.map((name) => [name, search[name] ?? ''])),
  );
  const labels = { action: 'Act, as key or key.create', actor: 'Who', subject: 'On what' };
  return (
    <form
      className={styles.filters}
      onSubmit={(event) => {
        event.preventDefault();
        change(Object.fromEntries(NAMES.map((name) => [name, values[name] || undefined])));
      }}
    >
      {NAMES.map((name) => (
        <TextField
          key={name}
          label={labels[name]}
          value={values[name]}
          onChange={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
      <Button type="submit">Filter</Button>
    </form>
  );
}

function Who({ act: { actor } }: { act: Act }) {
  return (
    <span>
      {actor.name}
      <span className={styles.below}>{actor.kind === actor.name ? '' : actor.kind}</span>
    </span>
  );
}

function Did({ act }: { act: Act }) {
  return (
    <span>
      <strong>{act.action}</strong>
      <span className={styles.below}>{act.subject}</span>
    </span>
  );
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}

/** The old value struck out before the new one; screen readers hear which is which. */
function Changes({ act: { before, after } }: { act: Act }) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    // What was made has many fields that are not set.
    (name) => name !== 'id' && (before?.[name] != null || after?.[name] != null),
  );
  if (names.length === 0) return <span className={styles.quiet}>Nothing</span>;
  return (
    <>
      <dl className={styles.changes}>
        {names.slice(0, SHOWN_MAX).map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {before && name in before && <del className={styles.old}>{show(before[name])}</del>}{' '}
              {after && name in after && <ins className={styles.new}>{show(after[name])}</ins>}
            </dd>
          </div>
        ))}
      </dl>
      {names.length > SHOWN_MAX && (
        <span className={styles.below}>{names.length - SHOWN_MAX} more in the export</span>
      )}
    </>
  );
}
