import { Ellipsis } from 'lucide-react';
import type { Me } from '../api/wire.ts';
import { paths } from '../paths.ts';
import { Menu } from '../ui/menu.tsx';
import { useGo } from './address.ts';
import { Link } from './link.tsx';
import { isWithin, MEMBER_PLACES, OPERATOR_PLACES } from './navigation.ts';
import styles from './shell.module.css';

const FIRST: readonly string[] = [paths.playground(), paths.templates(), paths.tasks(), paths.usage()];

/** At the bottom below 768 px: four places and the rest. */
export function BottomBar({ me, pathname }: { me: Me; pathname: string }) {
  const go = useGo();
  const first = MEMBER_PLACES.filter(({ href }) => FIRST.includes(href));
  const rest = MEMBER_PLACES.filter(({ href }) => !FIRST.includes(href)).map((place) => ({
    place,
    group: '',
  }));
  const operator = me.person.operator ? OPERATOR_PLACES.map((place) => ({ place, group: 'Operator' })) : [];
  const isElsewhere = !first.some((place) => isWithin(pathname, place));
  return (
    <nav className={styles.bottom} aria-label="Places, short">
      {first.map((place) => (
        <Link
          key={place.href}
          href={place.href}
          className={styles.tab}
          aria-current={isWithin(pathname, place) ? 'page' : undefined}
        >
          <place.icon size={20} strokeWidth={1.75} aria-hidden />
          {place.name}
        </Link>
      ))}
      <Menu
        trigger={
          <button type="button" className={styles.tab} aria-current={isElsewhere ? 'page' : undefined}>
            <Ellipsis size={20} strokeWidth={1.75} aria-hidden />
            More
          </button>
        }
        items={[...rest, ...operator].map(({ place, group }, at, all) => ({
          label: place.name,
          icon: <place.icon size={16} aria-hidden />,
          group: group !== (all[at - 1]?.group ?? '') ? group : undefined,
          onClick: () => go(place.href),
        }))}
      />
    </nav>
  );
}
