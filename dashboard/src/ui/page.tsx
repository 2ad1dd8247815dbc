// The frame of every page: one title line with its range or filter, one primary action, then cards.
import { type ReactNode, useEffect, useId } from 'react';
import { classes } from './classes.ts';
import styles from './page.module.css';

export interface PageProps {
  title: string;
  /** What narrows the page, said in its title line: a range of days, a filter. */
  range?: ReactNode;
  /** A sentence on what the page is for. */
  lead?: ReactNode;
  /** The way back. */
  crumb?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, range, lead, crumb, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Reelay`;
  }, [title]);
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div className={styles.words}>
          {crumb && <div className={styles.crumb}>{crumb}</div>}
          <div className={styles.line}>
            <h1 className={styles.title}>{title}</h1>
            {range && <span className={styles.range}>{range}</span>}
          </div>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** A box on the page. With a title it is a region of that name. */
export function Card({
  title,
  actions,
  isFlush,
  children,
}: {
  title?: string;
  actions?: ReactNode;
  /** Without padding, for a table that fills it. */
  isFlush?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  const inner = (
    <>
      {title && (
        <div className={classes(styles.cardHead, isFlush && styles.padded)}>
          <h2 id={id} className={styles.cardTitle}>
            {title}
          </h2>
          {actions}
        </div>
      )}
      {children}
    </>
  );
  const className = classes(styles.card, !isFlush && styles.padded);
  return title ? (
    <section aria-labelledby={id} className={className}>
      {inner}
    </section>
  ) : (
    <div className={className}>{inner}</div>
  );
}

/** Names and values, one a line; an absent value leaves its line out. */
export function Facts({ items }: { items: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {items
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => (
          <FactLine key={name} name={name} value={value} />
        ))}
    </dl>
  );
}

function FactLine({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
