// What a page shows when it has nothing to show: empty, no results, an error, not allowed. Each looks its own way.
import { Lock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
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

/** As large as what comes; shown for the first load alone. `page.module.css` hides what it would push away. */
export function Skeleton({ height, width = '100%' }: { height: number; width?: number | string }) {
  return <span className={styles.skeleton} style={{ height, width }} aria-hidden="true" data-skeleton />;
}
