import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './signs.module.css';

/** A word in a box: a mode, a role, a badge. The colour only underlines what the word says. */
export function Chip({
  tone,
  icon,
  children,
}: {
  tone?: 'warn' | 'ok' | 'bad' | 'accent';
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span className={classes(styles.chip, tone && styles[tone])}>
      {icon}
      {children}
    </span>
  );
}
