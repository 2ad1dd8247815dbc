// Aspect ratios, each drawn to scale.
import { type ReactNode, useId } from 'react';
import styles from './controls.module.css';

const BOX = 22;

/** Width and height of "16:9" within a box; a square with a dash for what is not a ratio. */
function shapeOf(ratio: string): { width: number; height: number; isRatio: boolean } {
  const [wide, high] = ratio.split(':').map(Number);
  if (!(wide > 0 && high > 0)) return { width: BOX - 6, height: BOX - 6, isRatio: false };
  const scale = BOX / Math.max(wide, high);
  return { width: wide * scale, height: high * scale, isRatio: true };
}

function Shape({ ratio }: { ratio: string }) {
  const { width, height, isRatio } = shapeOf(ratio);
  return (
    <svg width={BOX + 4} height={BOX + 4} viewBox={`0 0 ${BOX + 4} ${BOX + 4}`} aria-hidden="true">
      <rect
        x={(BOX + 4 - width) / 2}
        y={(BOX + 4 - height) / 2}
        width={width}
        height={height}
        rx="2"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeDasharray={isRatio ? undefined : '3 2'}
      />
    </svg>
  );
}

export interface RatioPickerProps {
  label: string;
  description?: ReactNode;
  error?: string;
  choices: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
}

export function RatioPicker({ label, description, error, choices, value, onChange }: RatioPickerProps) {
  const id = useId();
  return (
    <fieldset className={styles.group} aria-describedby={error ? `${id}-fault` : undefined}>
      <legend className={styles.label}>{label}</legend>
      {description && <p className={styles.about}>{description}</p>}
      <div className={styles.ratios}>
        {choices.map((choice) => (
          <label key={choice.value} className={styles.ratio} title={choice.value}>
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="visually-hidden"
            />
            <Shape ratio={choice.value} />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
      {error && (
        <p id={`${id}-fault`} className={styles.fault}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
