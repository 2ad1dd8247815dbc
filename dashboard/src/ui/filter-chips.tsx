// The filters of a list as chips: one of several that holds, and single ones that can be taken off. Each is a link, because a
// filter stands in the address. A row is one stop of the Tab key and the arrows move in it, as in a toolbar (APG of the W3C,
// "Toolbar"); what holds is said once it changes. On a phone a row is one line that scrolls.
import { X } from 'lucide-react';
import {
  type AnchorHTMLAttributes,
  type ComponentType,
  type KeyboardEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import styles from './filter-chips.module.css';

export interface FilterChoice {
  name: string;
  /** Where the list is with this filter. */
  href: string;
  isChosen: boolean;
  /** How many the list has of it. */
  count?: number;
}

export interface FilterChipsProps {
  /** What is chosen: "State", "Tags". */
  label: string;
  choices: readonly FilterChoice[];
  /** An anchor of the application; this folder knows no router. */
  link: ComponentType<AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }>;
}

/** The chip that a key leads to; undefined for a key that leads nowhere. */
function aimOf(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

function move(event: KeyboardEvent<HTMLElement>): void {
  const chips = [...event.currentTarget.querySelectorAll('a')];
  const at = chips.indexOf(document.activeElement as HTMLAnchorElement);
  const aim = at < 0 ? undefined : aimOf(event.key, at, chips.length);
  if (aim === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  chips[aim]?.focus();
}

/** Choices of which one or none holds. */
export function FilterChips({ label, choices, link: Anchor }: FilterChipsProps) {
  const row = useRef<HTMLDivElement>(null);
  const chosen = choices.find(({ isChosen }) => isChosen)?.name;
  const [reached, setReached] = useState<string>();
  const [first] = useState(chosen);
  const stop = choices.find(({ name }) => name === reached)?.name ?? chosen ?? choices[0]?.name;
  useLayoutEffect(() => {
    const box = row.current;
    const chip = chosen === undefined ? null : box?.querySelector<HTMLElement>('[aria-current]');
    // By hand, since scrollIntoView would move the page, too.
    if (box && chip) box.scrollLeft = chip.offsetLeft - (box.clientWidth - chip.offsetWidth) / 2;
  }, [chosen]);
  return (
    <div className={styles.frame}>
      <div ref={row} role="toolbar" aria-label={label} className={styles.row} onKeyDown={move}>
        {choices.map(({ name, href, isChosen, count }) => (
          <Anchor
            key={name}
            href={href}
            className={styles.chip}
            aria-current={isChosen ? 'true' : undefined}
            tabIndex={name === stop ? 0 : -1}
            onFocus={() => setReached(name)}
          >
            {name}
            {count !== undefined && <span className={styles.count}>{count}</span>}
          </Anchor>
        ))}
      </div>
      <span role="status" className="visually-hidden">
        {chosen === first ? '' : `${label}: ${chosen ?? 'any'}`}
      </span>
    </div>
  );
}

/** A filter that came with a link or was typed: it says what it narrows, and goes off with one press. */
export function FilterTag({ name, value, onRemove }: { name: string; value: string; onRemove: () => void }) {
  return (
    <button type="button" className={styles.tag} onClick={onRemove}>
      <span className={styles.words}>
        {name}: {value}
      </span>
      <span className="visually-hidden">, remove this filter</span>
      <X size={14} aria-hidden />
    </button>
  );
}
