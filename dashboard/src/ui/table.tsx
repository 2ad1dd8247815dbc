// A plain table. Numbers go right, and a row that leads somewhere has a real link in its first cell.
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './table.module.css';

export interface Column {
  /** Its head; a column of actions has a name too. */
  name: string;
  /** The head is read out and not shown. */
  isNameHidden?: boolean;
  /** Numbers. */
  isRight?: boolean;
  /** No wider than what is in it. */
  isNarrow?: boolean;
  /** Left out on a phone. */
  isWideOnly?: boolean;
}

/** The class of a cell in a column. */
export function cellClass({ isRight, isNarrow, isWideOnly }: Column): string {
  return classes(isRight && styles.right, isNarrow && styles.narrow, isWideOnly && styles.wideOnly);
}

/** @param props.label names the table for screen readers. */
export function Table({
  label,
  columns,
  children,
}: {
  label: string;
  columns: readonly Column[];
  children: ReactNode;
}) {
  return (
    <section className={styles.scroll} aria-label={label}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={cellClass(column)}>
                {column.isNameHidden ? <span className="visually-hidden">{column.name}</span> : column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

function scrollTo(row: HTMLTableRowElement | null): void {
  row?.scrollIntoView({ block: 'center' });
}

/** A row whose cells follow the columns. @param props.isMarked it is what a link led to: it is shown and scrolled to. */
export function Row({
  columns,
  cells,
  isMarked,
}: {
  columns: readonly Column[];
  cells: readonly ReactNode[];
  isMarked?: boolean;
}) {
  return (
    <tr
      ref={isMarked ? scrollTo : undefined}
      className={isMarked ? styles.marked : undefined}
      aria-current={isMarked || undefined}
    >
      {columns.map((column, at) => (
        <td key={column.name} className={cellClass(column)}>
          {cells[at]}
        </td>
      ))}
    </tr>
  );
}
