// One of many in groups, with a search over everything that is said of each.
import { type ComboboxItem, type OptionsFilter, Select } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import styles from './controls.module.css';

export interface GroupedItem {
  value: string;
  label: string;
  /** A second line. */
  hint?: string;
  /** At the right end: a price. */
  end?: string;
  /** More words that find it. */
  words?: string;
}

export interface ItemGroup {
  name: string;
  items: readonly GroupedItem[];
}

export interface GroupedSelectProps {
  label: string;
  description?: ReactNode;
  groups: readonly ItemGroup[];
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
}

function textOf({ label, hint, words, value }: GroupedItem): string {
  return `${label} ${hint ?? ''} ${words ?? ''} ${value}`.toLowerCase();
}

/** Keeps what has every word of the search somewhere. */
function createFilter(texts: ReadonlyMap<string, string>): OptionsFilter {
  return ({ options, search }) => {
    const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ value }: ComboboxItem) => wanted.every((word) => texts.get(value)?.includes(word));
    return options
      .map((option) => ('group' in option ? { ...option, items: option.items.filter(fits) } : option))
      .filter((option) => ('group' in option ? option.items.length > 0 : fits(option)));
  };
}

export function GroupedSelect({ groups, value, onChange, ...rest }: GroupedSelectProps) {
  const items = useMemo(
    () => new Map(groups.flatMap((group) => group.items.map((item) => [item.value, item]))),
    [groups],
  );
  const filter = useMemo(
    () => createFilter(new Map([...items].map(([name, item]) => [name, textOf(item)]))),
    [items],
  );
  const data = groups.map(({ name, items: own }) => ({
    group: name,
    items: own.map(({ value: name, label }) => ({ value: name, label })),
  }));
  return (
    <Select
      {...rest}
      data={data}
      value={value}
      onChange={(next) => next !== null && onChange(next)}
      allowDeselect={false}
      searchable
      // What is typed replaces the name that stands there.
      onFocus={(event) => event.currentTarget.select()}
      onClick={(event) => event.currentTarget.select()}
      classNames={{ option: styles.selectOption }}
      selectFirstOptionOnChange
      filter={filter}
      nothingFoundMessage="Nothing fits"
      withScrollArea={false}
      comboboxProps={{ withinPortal: false }}
      maxDropdownHeight={360}
      renderOption={({ option }) => <Option item={items.get(option.value)} />}
    />
  );
}

function Option({ item }: { item: GroupedItem | undefined }) {
  if (!item) return null;
  return (
    <span className={styles.option}>
      <span>{item.label}</span>
      {item.hint && <span className={styles.optionHint}>{item.hint}</span>}
      {item.end && <span className={styles.optionEnd}>{item.end}</span>}
    </span>
  );
}
