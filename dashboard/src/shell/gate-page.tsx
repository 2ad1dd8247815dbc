// The frame of the pages before the sign-in: one card and nothing to distract.
import { type ReactNode, useEffect } from 'react';
import { Mark } from './mark.tsx';
import styles from './shell.module.css';

export function GatePage({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Reelay`;
  }, [title]);
  return (
    <main className={styles.gate}>
      <Mark size={40} />
      <div className={styles.gateCard}>
        <div>
          <h1 className={styles.gateTitle}>{title}</h1>
          {lead && <p className={styles.gateLead}>{lead}</p>}
        </div>
        {children}
      </div>
    </main>
  );
}
