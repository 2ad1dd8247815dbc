// Bars: a line of small ones in a table, and a chart of days. Both are drawings of numbers that are next to them.
import styles from './bars.module.css';

const LINE_HEIGHT = 24;
const BAR = 5;
const STEP = 7;

/** Small bars of the last days. It is decoration: @param props.label says what it shows in words. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const max = Math.max(...values, 0);
  return (
    <svg
      className={styles.line}
      width={values.length * STEP}
      height={LINE_HEIGHT}
      viewBox={`0 0 ${values.length * STEP} ${LINE_HEIGHT}`}
      role="img"
      aria-label={label}
    >
      {Array.from(values, (value, day) => ({ value, day })).map(({ value, day }) => {
        const height = max === 0 ? 1 : Math.max(1, (value / max) * LINE_HEIGHT);
        return (
          <rect
            key={day}
            className={value > 0 ? styles.bar : styles.none}
            x={day * STEP}
            y={LINE_HEIGHT - height}
            width={BAR}
            height={height}
          />
        );
      })}
    </svg>
  );
}

export interface ChartBar {
  name: string;
  value: number;
  /** What is shown on hover. */
  title: string;
}

const HEIGHT = 160;
const WIDTH = 1_000;
const GAP_SHARE = 0.25;

/** Bars beside each other with the greatest value and the first and last names; the table below has the numbers. */
export function BarChart({ bars, label, max }: { bars: readonly ChartBar[]; label: string; max: string }) {
  const greatest = Math.max(...bars.map(({ value }) => value), 0);
  const step = WIDTH / Math.max(1, bars.length);
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.max}>{max}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <line className={styles.base} x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        {bars.map(({ name, value, title }, at) => {
          const height = greatest === 0 ? 0 : (value / greatest) * (HEIGHT - 2);
          return (
            <g key={name} className={styles.column}>
              <title>{title}</title>
              <rect className={styles.room} x={at * step} y={0} width={step} height={HEIGHT} />
              <rect
                className={styles.bar}
                x={at * step + (step * GAP_SHARE) / 2}
                y={HEIGHT - height}
                width={step * (1 - GAP_SHARE)}
                height={height}
              />
            </g>
          );
        })}
      </svg>
      <div className={styles.ends} aria-hidden="true">
        <span>{bars.at(0)?.name}</span>
        <span>{bars.at(-1)?.name}</span>
      </div>
    </figure>
  );
}
