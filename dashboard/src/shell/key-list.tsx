import type { Me } from '../api/wire.ts';
import { Dialog } from '../ui/overlays.tsx';
import styles from './key-list.module.css';
import { MEMBER_PLACES, OPERATOR_PLACES } from './navigation.ts';

const EVERYWHERE: readonly (readonly [keys: string, does: string])[] = [
  ['Ctrl K', 'Search, and every command'],
  ['/', 'To the search of the page'],
  ['?', 'This list'],
  ['Esc', 'Close what is open'],
  ['j k', 'Next and previous task'],
  ['Ctrl Enter', 'Run, in the playground'],
];

function Keys({ items }: { items: readonly (readonly [string, string])[] }) {
  return (
    <dl className={styles.keys}>
      {items.map(([keys, does]) => (
        <div key={keys}>
          <dt>
            {keys.split(' ').map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The keys that work here. */
export function KeyList({ me, onClose }: { me: Me; onClose: () => void }) {
  const places = me.person.operator ? [...MEMBER_PLACES, ...OPERATOR_PLACES] : MEMBER_PLACES;
  const going = places.flatMap(({ letter, name }) => (letter ? [[`g ${letter}`, name] as const] : []));
  return (
    <Dialog isOpen onClose={onClose} title="Keys" width={520}>
      <div className={styles.columns}>
        <Keys items={EVERYWHERE} />
        <Keys items={going} />
      </div>
    </Dialog>
  );
}
