// Which keys are shown and in which order. Both stand in the address.
import { Search } from 'lucide-react';
import type { ApiKey } from '../../api/wire.ts';
import { useSearch } from '../../shell/address.ts';
import { SelectField } from '../../ui/choices.tsx';
import { TextField } from '../../ui/fields.tsx';
import styles from './keys.module.css';

const ORDERS = [
  { value: '', label: 'Oldest first' },
  { value: 'used', label: 'Used last' },
  { value: 'spent', label: 'Spends most' },
  { value: 'ends', label: 'Expires first' },
] as const;

function compareBy(order: string | undefined, one: ApiKey, other: ApiKey): number {
  switch (order) {
    case 'used':
      return (other.last_used_at ?? '').localeCompare(one.last_used_at ?? '');
    case 'spent':
      return other.credits_total - one.credits_total;
    case 'ends':
      return (one.expires_at ?? '9').localeCompare(other.expires_at ?? '9');
    default:
      return 0;
  }
}

/** The keys that fit what is searched for, by name or the end of the key, in the order that was chosen. */
export function findKeys(keys: readonly ApiKey[], { q = '', sort }: Record<string, string>): ApiKey[] {
  const words = q.trim().toLowerCase();
  return keys
    .filter(({ name, hint }) => `${name} ${hint}`.toLowerCase().includes(words))
    .sort((one, other) => compareBy(sort, one, other));
}

/** What the title line says of it. */
export function describeKeys({ q, sort }: Record<string, string>): string {
  const order = ORDERS.find(({ value }) => value !== '' && value === sort)?.label;
  return [q && `“${q}”`, order].filter(Boolean).join(' · ');
}

export function KeyFinder() {
  const [{ q = '', sort = '' }, change] = useSearch();
  return (
    <search className={styles.finder} aria-label="Find keys">
      <TextField
        label="Search keys"
        isLabelHidden
        type="search"
        placeholder="Name, or the end of a key"
        start={<Search size={16} aria-hidden />}
        maxLength={100}
        value={q}
        onChange={(text) => change({ q: text || undefined }, { replace: true })}
      />
      <SelectField
        label="Order"
        isLabelHidden
        choices={ORDERS}
        value={sort}
        onChange={(order) => change({ sort: order || undefined }, { replace: true })}
      />
    </search>
  );
}
