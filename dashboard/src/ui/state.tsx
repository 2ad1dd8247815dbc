// How each state of a task looks: a word, a sign and a colour from one table, so that colour is never alone.
import { classes } from './classes.ts';
import styles from './signs.module.css';

export type StateKind =
  | 'waiting'
  | 'running'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'expired'
  | 'unknown'
  | 'late';

type Sign = 'ring' | 'dot' | 'pulse' | 'square' | 'slash' | 'clock' | 'question' | 'dot-in-ring';
type Tone = 'quiet' | 'accent' | 'ok' | 'bad' | 'unknown';

export const STATES: Record<StateKind, { word: string; sign: Sign; tone: Tone }> = {
  waiting: { word: 'Waiting', sign: 'ring', tone: 'quiet' },
  running: { word: 'Running', sign: 'pulse', tone: 'accent' },
  done: { word: 'Done', sign: 'dot', tone: 'ok' },
  failed: { word: 'Failed', sign: 'square', tone: 'bad' },
  cancelled: { word: 'Cancelled', sign: 'slash', tone: 'quiet' },
  expired: { word: 'Expired', sign: 'clock', tone: 'quiet' },
  unknown: { word: 'Outcome unknown', sign: 'question', tone: 'unknown' },
  late: { word: 'Came late, free', sign: 'dot-in-ring', tone: 'ok' },
};

function SignShape({ sign }: { sign: Sign }) {
  switch (sign) {
    case 'ring':
      return <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />;
    case 'dot':
      return <circle cx="6" cy="6" r="4" fill="currentColor" />;
    case 'pulse':
      return <circle className={styles.pulse} cx="6" cy="6" r="4" fill="currentColor" />;
    case 'square':
      return <path d="M6 1 11 6 6 11 1 6z" fill="currentColor" />;
    case 'slash':
      return (
        <path d="M3 9 9 3M6 1.75a4.25 4.25 0 1 0 .01 0" fill="none" stroke="currentColor" strokeWidth="1.5" />
      );
    case 'clock':
      return (
        <path
          d="M6 3.5V6l1.75 1.25M6 1.25a4.75 4.75 0 1 0 .01 0"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
        />
      );
    case 'question':
      return (
        <path
          d="M4 4.5a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M6 9.5v1"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
        />
      );
    case 'dot-in-ring':
      return (
        <>
          <circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" strokeWidth="1.25" />
          <circle cx="6" cy="6" r="2.25" fill="currentColor" />
        </>
      );
  }
}

/** @param props.detail after the word: the place, the percent, the reason. */
export function State({ kind, detail }: { kind: StateKind; detail?: string }) {
  const { word, sign, tone } = STATES[kind];
  return (
    <span className={styles.state}>
      <svg
        className={classes(styles[`tone-${tone}`])}
        width="12"
        height="12"
        viewBox="0 0 12 12"
        aria-hidden="true"
        focusable="false"
      >
        <SignShape sign={sign} />
      </svg>
      <span className={styles.words}>{detail ? `${word} · ${detail}` : word}</span>
    </span>
  );
}
