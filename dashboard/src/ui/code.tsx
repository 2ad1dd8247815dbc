import { classes } from './classes.ts';
import styles from './code.module.css';
import { CopyButton } from './copy.tsx';

/** A text of a machine, as it is, with a copy button. @param props.label what it is: "Request as curl". */
export function Code({ text, label, wraps }: { text: string; label: string; wraps?: boolean }) {
  return (
    <div className={classes(styles.box, wraps && styles.wraps)}>
      <section
        className={styles.text}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too
        tabIndex={0}
      >
        <pre>{text}</pre>
      </section>
      <span className={styles.copy}>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </span>
    </div>
  );
}
