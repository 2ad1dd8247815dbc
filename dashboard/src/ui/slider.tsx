// A number between two ends. The browser's own slider: it has the keys and the roles that people know.
import { type ReactNode, useId } from 'react';
import styles from './controls.module.css';

export interface SliderProps {
  label: string;
  description?: ReactNode;
  error?: string;
  min: number;
  max: number;
  step: number;
  /** After the number: "s". */
  unit?: string;
  value: number;
  onChange: (value: number) => void;
}

export function Slider({ label, description, error, min, max, step, unit, value, onChange }: SliderProps) {
  const id = useId();
  const shown = unit ? `${value} ${unit}` : String(value);
  const notes = [description && `${id}-about`, error && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div className={styles.field}>
      <div className={styles.line}>
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
        <output htmlFor={id} className={styles.value}>
          {shown}
        </output>
      </div>
      {description && (
        <p id={`${id}-about`} className={styles.about}>
          {description}
        </p>
      )}
      <input
        id={id}
        type="range"
        className={styles.range}
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={shown}
        aria-describedby={notes || undefined}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      <span className={styles.ends} aria-hidden="true">
        <span>{unit ? `${min} ${unit}` : min}</span>
        <span>{unit ? `${max} ${unit}` : max}</span>
      </span>
      {error && (
        <p id={`${id}-fault`} className={styles.fault}>
          {error}
        </p>
      )}
    </div>
  );
}
