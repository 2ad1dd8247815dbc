// The reel: 24 cells like the frames of a second. Decoration; the words beside it carry the facts.
import { classes } from './classes.ts';
import styles from './signs.module.css';

const CELLS = 24;
/** Without a percent the reel is a guess by the usual time, and a guess never looks complete. */
const GUESSED_CELLS_MAX = 22;

export interface ReelProps {
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** 0 to 1. */
  share: number;
  /** The share is of the usual time and not from the provider. */
  isGuess?: boolean;
  /** It lies on the dark stage. */
  isOnStage?: boolean;
}

/** How many cells are filled. */
export function filledCells({ state, share, isGuess }: ReelProps): number {
  if (state === 'done') return CELLS;
  if (state === 'waiting') return 0;
  const filled = Math.floor(Math.min(1, Math.max(0, share)) * CELLS);
  return isGuess ? Math.min(filled, GUESSED_CELLS_MAX) : filled;
}

const CELL_NUMBERS = Array.from({ length: CELLS }, (_, at) => at);

export function Reel(props: ReelProps) {
  const filled = filledCells(props);
  const { state, isOnStage } = props;
  const look = state === 'failed' ? styles.lost : state === 'done' ? styles.done : styles.filled;
  return (
    <span className={classes(styles.reel, isOnStage && styles.onStage)} aria-hidden="true">
      {CELL_NUMBERS.map((at) => (
        <span
          key={at}
          className={classes(
            styles.cell,
            at < filled && look,
            state === 'running' && at === filled && styles.next,
          )}
        />
      ))}
    </span>
  );
}
