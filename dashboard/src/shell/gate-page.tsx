// The frame of the pages before the sign-in: one card and nothing to distract.
import { type FormEvent, type ReactNode, useEffect } from 'react';
import styles from './gate-page.module.css';
import { Mark } from './mark.tsx';
import { OfflineLine } from './offline-line.tsx';

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
    <main className={styles.page}>
      <OfflineLine />
      <Mark size={40} />
      <div className={styles.card}>
        <div>
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {children}
      </div>
    </main>
  );
}

/** The form of such a page. */
export function GateForm({
  onSubmit,
  children,
}: {
  onSubmit: (event: FormEvent) => void;
  children: ReactNode;
}) {
  return (
    <form className={styles.form} noValidate onSubmit={onSubmit}>
      {children}
    </form>
  );
}

/** Without https, passwords cross the network in the clear. */
export function InsecureNote() {
  return (
    <p className={styles.note}>
      <strong>This connection is not encrypted.</strong> What you type here can be read on the way. Use https,
      or a browser on the machine itself.
    </p>
  );
}
