// The filters of the list. They live in the address alone; what is typed replaces it.
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { memo, useEffect, useState } from 'react';
import { modelNamesQuery } from '../../api/search.ts';
import { useSession } from '../../api/session.ts';
import { filterOf } from '../../api/tasks.ts';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { FilterLinks } from '../../shell/link.tsx';
import { SelectField } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import { FilterTag } from '../../ui/filter-chips.tsx';
import styles from './tasks.module.css';

const STATUSES = [
  ['All', undefined],
  ['Waiting', 'pending'],
  ['Running', 'running'],
  ['Done', 'succeeded'],
  ['Failed', 'failed'],
  ['Cancelled', 'cancelled'],
  ['Expired', 'expired'],
] as const;
const TYPING_MS = 300;

/** What the title line says of the filter: "Failed · since 2026-11-01". */
export function describeFilter(search: Record<string, string>): string {
  const [status] = STATUSES.find(([, value]) => value === search.status) ?? [];
  const parts = [
    search.status ? status : undefined,
    search.model,
    search.from && `from ${search.from}`,
    search.to && `to ${search.to}`,
    search.q && `“${search.q}”`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** The search changes the address once the typing pauses. */
function useTyped(value: string, onSettled: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onSettled(text), TYPING_MS);
    return () => clearTimeout(timer);
  });
  return [text, setText];
}

/** Has nothing of the list, so that a list which changes each moment does not draw it again. */
export const Filters = memo(function Filters() {
  const [search, change] = useSearch();
  const filter = filterOf(search);
  const session = useSession();
  const models = useQuery(modelNamesQuery(session));
  const [text, setText] = useTyped(search.q ?? '', (q) => change({ q: q || undefined }, { replace: true }));
  const choices = [
    { value: '', label: 'Any model' },
    ...(models.data ?? (search.model ? [search.model] : [])).map((model) => ({ value: model, label: model })),
  ];
  const tags = Object.entries(filter).filter(([name]) => name.startsWith('metadata.'));
  return (
    <search className={styles.filters} aria-label="Filter tasks">
      <FilterLinks
        label="State"
        choices={STATUSES.map(([name, value]) => ({
          name,
          href: paths.tasks({ ...filter, status: value }),
          isChosen: search.status === value,
        }))}
      />
      <div className={styles.narrow}>
        <TextField
          label="Search prompts and ids"
          isLabelHidden
          type="search"
          placeholder="Words of a prompt, or an id"
          start={<Search size={16} aria-hidden />}
          maxLength={200}
          value={text}
          onChange={setText}
        />
        <SelectField
          label="Model"
          isLabelHidden
          choices={choices}
          value={search.model ?? ''}
          onChange={(model) => change({ model: model || undefined })}
        />
        <TextField
          label="From day (UTC)"
          isLabelHidden
          start={<span className={styles.word}>From</span>}
          startWidth={50}
          type="date"
          value={search.from ?? ''}
          onChange={(from) => change({ from: from || undefined })}
        />
        <TextField
          label="To day (UTC)"
          isLabelHidden
          start={<span className={styles.word}>To</span>}
          startWidth={36}
          type="date"
          value={search.to ?? ''}
          onChange={(to) => change({ to: to || undefined })}
        />
      </div>
      {filter.key && (
        <FilterTag
          name="key"
          value={`…${filter.key.slice(-6)}`}
          onRemove={() => change({ key: undefined })}
        />
      )}
      {tags.map(([name, value]) => (
        <FilterTag
          key={name}
          name={name.slice('metadata.'.length)}
          value={value}
          onRemove={() => change({ [name]: undefined })}
        />
      ))}
    </search>
  );
});
