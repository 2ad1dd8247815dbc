// What narrows the gallery. All of it stands in the address, and nothing of it goes away on a small screen.

import { Search as SearchSign } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Counted } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { FilterLinks } from '../../shell/link.tsx';
import { SelectField } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import styles from './templates.module.css';
import { nameOfVendor, SORTS } from './words.ts';

const TYPING_MS = 200;
const TAGS_SHOWN = 14;
const PICTURES = ['1', '2', '3', '4'];

interface Counts {
  tags: Counted[];
  vendors: Counted[];
  aspect_ratios: Counted[];
}

function choicesOf(all: string, values: readonly { value: string; label: string }[]) {
  return [{ value: '', label: all }, ...values];
}

export function Filters({ counts }: { counts: Counts }) {
  const [search, change] = useSearch();
  const choose = (name: string) => (value: string) => change({ [name]: value === '' ? undefined : value });
  return (
    <div className={styles.filters}>
      <div className={styles.controls}>
        <Words />
        <SelectField
          label="Vendor"
          isLabelHidden
          choices={choicesOf(
            'All vendors',
            counts.vendors.map(({ value }) => ({ value, label: nameOfVendor(value) })),
          )}
          value={search.vendor ?? ''}
          onChange={choose('vendor')}
        />
        <SelectField
          label="Pictures"
          isLabelHidden
          choices={choicesOf(
            'Any pictures',
            PICTURES.map((value) => ({ value, label: value === '1' ? '1 picture' : `${value} pictures` })),
          )}
          value={search.images ?? ''}
          onChange={choose('images')}
        />
        <SelectField
          label="Ratio"
          isLabelHidden
          choices={choicesOf(
            'Any ratio',
            counts.aspect_ratios.map(({ value }) => ({ value, label: value })),
          )}
          value={search.ratio ?? ''}
          onChange={choose('ratio')}
        />
        <SelectField
          label="Order"
          isLabelHidden
          choices={SORTS}
          value={(search.sort ?? 'listed') as (typeof SORTS)[number]['value']}
          onChange={(value) => change({ sort: value === 'listed' ? undefined : value })}
        />
      </div>
      <Tags counted={counts.tags} />
    </div>
  );
}

/** Waits for a pause in typing before it asks. */
function Words() {
  const [search, change] = useSearch();
  const [text, setText] = useState(search.q ?? '');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(search.q ?? '');
  useEffect(() => {
    const given = search.q ?? '';
    if (given === sent.current) return;
    sent.current = given;
    setText(given);
  }, [search.q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const write = (value: string) => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = value.trim();
      change({ q: value.trim() || undefined }, { replace: true });
    }, TYPING_MS);
  };
  return (
    <TextField
      label="Search templates"
      isLabelHidden
      type="search"
      placeholder="Search templates"
      maxLength={100}
      start={<SearchSign size={16} aria-hidden />}
      value={text}
      onChange={write}
    />
  );
}

function Tags({ counted }: { counted: readonly Counted[] }) {
  const [search] = useSearch();
  const shown = counted.slice(0, TAGS_SHOWN);
  const chosen = counted.find(({ value }) => value === search.tag);
  const tags = chosen && !shown.includes(chosen) ? [chosen, ...shown] : shown;
  if (tags.length === 0) return null;
  return (
    <FilterLinks
      label="Tags"
      choices={tags.map(({ value, count }) => {
        const isChosen = value === search.tag;
        const tag = isChosen ? undefined : value;
        return { name: value, count, isChosen, href: paths.templates({ ...search, tag, id: undefined }) };
      })}
    />
  );
}
