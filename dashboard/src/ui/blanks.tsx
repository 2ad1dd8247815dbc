// What a page shows when it has nothing to show: empty, no results, an error, not allowed. Each looks its own way.
import { Lock, TriangleAlert } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import styles from './blanks.module.css';
import { Button } from './button.tsx';

/** Nothing was made yet: what this is, and the one thing to do. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={styles.blank}>
      {icon && <span className={styles.sign}>{icon}</span>}
      <h2 className={styles.title}>{title}</h2>
      {children && <div className={styles.words}>{children}</div>}
      {action && <div className={styles.actions}>{action}</div>}
    </div>
  );
}

/** The filter fits nothing: one row, under the head that stays. @param props.words instead of that sentence. */
export function ZeroRows({
  columns,
  words = 'Nothing fits this filter.',
  onClear,
}: {
  columns: number;
  words?: string;
  onClear?: () => void;
}) {
  return (
    <tr className={styles.zero}>
      <td colSpan={columns}>
        <span className={styles.zeroInner}>
          {words}
          {onClear && (
            <Button size="small" onClick={onClear}>
              Clear filters
            </Button>
          )}
        </span>
      </td>
    </tr>
  );
}

export interface FaultProps {
  /** What failed: "The tasks could not be read". */
  title: string;
  /** Why, in the server's words, and what it cost. */
  message?: string;
  /** More sentences, one for each fault. */
  faults?: readonly string[];
  requestId?: string;
  onRetry?: () => void;
}

/** A part of the page failed; the rest lives on. */
export function Fault({ title, message, faults, requestId, onRetry }: FaultProps) {
  return (
    <div className={styles.fault} role="alert">
      <p className={styles.faultTitle}>{title}</p>
      {message && <p>{message}</p>}
      {faults && faults.length > 0 && (
        <ul>
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
      {(onRetry || requestId) && (
        <div className={styles.faultFoot}>
          {onRetry && (
            <Button size="small" onClick={onRetry}>
              Try again
            </Button>
          )}
          {requestId && (
            <span>
              Request <span className="mono">{requestId}</span>
            </span>
          )}
        </div>
      )}
    </div>
  );
}

/** The person may not see this. @param props.needs the role that may: "an owner of the account". */
export function Forbidden({ needs, action }: { needs: string; action?: ReactNode }) {
  return (
    <Empty icon={<Lock size={24} aria-hidden />} title="Not for your role" action={action}>
      This page is for {needs}. Ask one to do it, or to change your role.
    </Empty>
  );
}

/** No such thing here. */
export function NotFound({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Empty icon={<TriangleAlert size={24} aria-hidden />} title={title} action={action}>
      {children}
    </Empty>
  );
}

/** Counts the unknown parts in an element, for `page.module.css`. */
function count({ dataset }: HTMLElement, by: 1 | -1): void {
  const parts = Number(dataset.unknown ?? 0) + by;
  if (parts > 0) dataset.unknown = String(parts);
  else delete dataset.unknown;
}

/**
 * As large as what comes; shown for the first load alone. While it is there, all around it says so by `data-unknown`, and what
 * it would push away when the real part comes is not shown. By an attribute and not by `:has`: that took an eighth of the
 * time of a page of 50 live tasks.
 */
export function Skeleton({ height, width = '100%' }: { height: number; width?: number | string }) {
  const self = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const around: HTMLElement[] = [];
    for (
      let each: HTMLElement | null = self.current;
      each && each.tagName !== 'MAIN';
      each = each.parentElement
    )
      around.push(each);
    for (const each of around) count(each, 1);
    return () => {
      for (const each of around) count(each, -1);
    };
  }, []);
  return <span ref={self} className={styles.skeleton} style={{ height, width }} aria-hidden="true" />;
}
