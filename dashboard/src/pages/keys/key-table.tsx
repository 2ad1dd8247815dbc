import { Ellipsis } from 'lucide-react';
import type { ApiKey } from '../../api/wire.ts';
import { ROLES } from '../../parts/roles.ts';
import { paths } from '../../paths.ts';
import { useGo, useSearch } from '../../shell/address.ts';
import { Sparkline } from '../../ui/bars.tsx';
import { ZeroRows } from '../../ui/blanks.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { type Column, Row, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './keys.module.css';
import { agentWords, tightestOf } from './limits.ts';

const COLUMNS: readonly Column[] = [
  { name: 'Key' },
  { name: 'Mode', isNarrow: true },
  { name: 'Last used', isNarrow: true, isWideOnly: true },
  { name: 'Last 14 days', isNarrow: true, isWideOnly: true },
  { name: 'Credits', isRight: true, isNarrow: true },
  { name: 'Expires', isNarrow: true, isWideOnly: true },
  { name: 'Actions', isNameHidden: true, isRight: true, isNarrow: true },
];

export interface KeyTableProps {
  keys: readonly ApiKey[];
  /** What each was charged on each of the last days; undefined until it is read. */
  days: ReadonlyMap<string, number[]> | undefined;
  /** Why the person may not change keys. */
  reason: string | undefined;
  onChange: (key: ApiKey) => void;
  onRotate: (key: ApiKey) => void;
  onDisable: (key: ApiKey) => void;
}

export function KeyTable({ keys, days, reason, ...acts }: KeyTableProps) {
  const [, change] = useSearch();
  return (
    <Table label="API keys" columns={COLUMNS}>
      {keys.map((key) => (
        <Row
          key={key.id}
          columns={COLUMNS}
          cells={[
            <Name key="name" apiKey={key} />,
            <Chip key="mode" tone={key.mode === 'test' ? 'warn' : undefined}>
              {key.mode === 'test' ? 'Test' : 'Live'}
            </Chip>,
            key.last_used_at ? <Time key="used" at={key.last_used_at} /> : 'never',
            <Days key="days" values={days?.get(key.id)} isKnown={days !== undefined} />,
            tightestOf(key),
            key.expires_at ? <Time key="ends" at={key.expires_at} /> : 'never',
            <Actions key="actions" apiKey={key} reason={reason} {...acts} />,
          ]}
        />
      ))}
      {keys.length === 0 && (
        <ZeroRows
          columns={COLUMNS.length}
          words="No key has this name or end."
          onClear={() => change({ q: undefined })}
        />
      )}
    </Table>
  );
}

function Name({ apiKey }: { apiKey: ApiKey }) {
  const { name, hint, role, disabled_at, earlier } = apiKey;
  const agents = agentWords(apiKey);
  return (
    <span className={styles.name}>
      <span className={styles.row}>
        {name}
        {disabled_at && <Chip tone="bad">Disabled</Chip>}
        {role !== 'member' && <Chip>{ROLES[role].word}</Chip>}
      </span>
      <span className={styles.quiet}>
        ends <span className="mono">{hint.slice(hint.indexOf('…'))}</span>
      </span>
      {agents && <span className={styles.quiet}>{agents}</span>}
      {earlier && (
        <span className={styles.ending}>
          <span className="mono">{earlier.hint.slice(earlier.hint.indexOf('…'))}</span> also works; it stops{' '}
          <Time at={earlier.ends_at} />
        </span>
      )}
    </span>
  );
}

function Days({ values, isKnown }: { values: number[] | undefined; isKnown: boolean }) {
  if (!isKnown) return null;
  const shown = values ?? Array.from({ length: 14 }, () => 0);
  const sum = shown.reduce((total, value) => total + Math.round(value * 1_000_000), 0) / 1_000_000;
  return <Sparkline values={shown} label={`${formatCredits(sum)} credits in the last 14 days`} />;
}

type ActionsProps = Pick<KeyTableProps, 'reason' | 'onChange' | 'onRotate' | 'onDisable'> & {
  apiKey: ApiKey;
};

function Actions({ apiKey, reason, onChange, onRotate, onDisable }: ActionsProps) {
  const go = useGo();
  const own: MenuItem[] = [
    { label: 'Change', onClick: () => onChange(apiKey) },
    { label: 'Rotate', onClick: () => onRotate(apiKey) },
  ];
  const reading: MenuItem[] = [
    { label: 'Its usage', onClick: () => go(paths.usage({ by: 'day', key: apiKey.id })) },
    { label: 'Its tasks', onClick: () => go(paths.tasks({ key: apiKey.id })) },
  ];
  const end: MenuItem = {
    label: apiKey.disabled_at ? 'Enable' : 'Disable',
    onClick: () => onDisable(apiKey),
    isDanger: !apiKey.disabled_at,
    group: '',
  };
  const items = reason === undefined ? [...own, ...reading, end] : reading;
  return (
    <span className={styles.actions}>
      <Menu
        trigger={
          <IconButton size="small" label={`Actions of ${apiKey.name}`}>
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
        items={items}
      />
    </span>
  );
}
