import { BookOpen, Compass } from 'lucide-react';
import type { Me } from '../api/wire.ts';
import { paths } from '../paths.ts';
import { Link } from './link.tsx';
import { Mark } from './mark.tsx';
import { isWithin, MEMBER_PLACES, OPERATOR_PLACES, type Place } from './navigation.ts';
import styles from './shell.module.css';

function Places({ places, pathname, label }: { places: readonly Place[]; pathname: string; label: string }) {
  return (
    <ul className={styles.places} aria-label={label}>
      {places.map((place) => (
        <li key={place.href}>
          <Link
            href={place.href}
            className={styles.place}
            aria-current={isWithin(pathname, place) ? 'page' : undefined}
          >
            <place.icon size={18} strokeWidth={1.75} aria-hidden />
            <span>{place.name}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** At the left from 768 px on; a rail of signs with names below 1,024 px. */
export function Sidebar({ me, pathname }: { me: Me; pathname: string }) {
  return (
    <nav className={styles.side} aria-label="Places">
      <Link href={paths.home()} className={styles.mark} aria-label="Reelay, to the start">
        <Mark />
        <span>Reelay</span>
      </Link>
      <Places places={MEMBER_PLACES} pathname={pathname} label="This account" />
      {me.person.operator && (
        <div>
          <p className={styles.groupName}>Operator</p>
          <Places places={OPERATOR_PLACES} pathname={pathname} label="Operator" />
        </div>
      )}
      <div className={styles.foot}>
        <a className={styles.place} href={paths.guides()}>
          <Compass size={18} strokeWidth={1.75} aria-hidden />
          <span>Guides</span>
        </a>
        <a className={styles.place} href={paths.docs()}>
          <BookOpen size={18} strokeWidth={1.75} aria-hidden />
          <span>API reference</span>
        </a>
      </div>
    </nav>
  );
}
