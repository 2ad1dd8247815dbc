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
  id: string;
  name: string;
  value: number;
  /** What is shown on hover. */
  title: string;
}

const HEIGHT = 160;
const WIDTH = 1_000;
const GAP_SHARE = 0.25;
/** A few bars keep the width that they would have among so many, and begin at the left. */
const SLOTS_MIN = 4;
const BAR_WIDTH_MAX = 72;
/** So many have room for a name each; of more, the first and the last one are named. */
const NAMED_MAX = 6;

/** Bars beside each other with the greatest value, and names as far as there is room; the table below has the numbers. */
export function BarChart({ bars, label, max }: { bars: readonly ChartBar[]; label: string; max: string }) {
  const greatest = Math.max(...bars.map(({ value }) => value), 0);
  const step = WIDTH / Math.max(SLOTS_MIN, bars.length);
  const width = Math.min(step * (1 - GAP_SHARE), BAR_WIDTH_MAX);
  const isNamed = bars.length <= NAMED_MAX;
  const inset = isNamed ? 0 : (step - width) / 2;
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.max}>{max}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <line className={styles.base} x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        {bars.map(({ id, value, title }, at) => {
          const height = greatest === 0 ? 0 : (value / greatest) * (HEIGHT - 2);
          return (
            <g key={id} className={styles.column}>
              <title>{title}</title>
              <rect className={styles.room} x={at * step} y={0} width={step} height={HEIGHT} />
              <rect
                className={styles.bar}
                x={at * step + inset}
                y={HEIGHT - height}
                width={width}
                height={height}
              />
            </g>
          );
        })}
      </svg>
      <div className={isNamed ? styles.names : styles.ends} aria-hidden="true">
        {(isNamed ? bars : bars.filter((_, at) => at === 0 || at === bars.length - 1)).map(({ id, name }) => (
          <span key={id} title={name} style={isNamed ? { width: `${(step / WIDTH) * 100}%` } : undefined}>
            {name}
          </span>
        ))}
      </div>
    </figure>
  );
}
