// The shots of one video in their order: what each shows, and for how long.
import { Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { TextAreaField, TextField } from '../../ui/fields.tsx';
import styles from './shots-field.module.css';
import frame from './upload-field.module.css';

/** As the request spells it. */
interface Shot {
  prompt: string;
  /** In seconds; undefined while the field is empty. */
  duration: number | undefined;
}

export interface ShotsFieldProps {
  label: string;
  description: ReactNode;
  error: string | undefined;
  max: number;
  /** As it was entered; whatever is no list of shots counts as none. */
  value: unknown;
  /** With undefined once no shot is left. */
  onChange: (shots: Shot[] | undefined) => void;
}

const USUAL_SECONDS = 3;

function readShots(value: unknown): Shot[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.map((item) => {
    const { prompt, duration } = (item ?? {}) as Partial<Record<keyof Shot, unknown>>;
    return {
      prompt: typeof prompt === 'string' ? prompt : '',
      duration: typeof duration === 'number' ? duration : undefined,
    };
  });
}

function readSeconds(text: string): number | undefined {
  const seconds = Number(text);
  return text.trim() === '' || !Number.isFinite(seconds) ? undefined : seconds;
}

export function ShotsField({ label, description, error, max, value, onChange }: ShotsFieldProps) {
  const id = useId();
  const shots = readShots(value);
  const put = (next: Shot[]) => onChange(next.length > 0 ? next : undefined);
  const change = (at: number, part: Partial<Shot>) => put(shots.with(at, { ...shots[at], ...part }));
  const total = shots.reduce((sum, { duration = 0 }) => sum + duration, 0);
  return (
    <fieldset className={frame.field} aria-describedby={error ? `${id}-fault` : undefined}>
      <legend className={frame.label}>{label}</legend>
      {description && <p className={frame.about}>{description}</p>}
      {[...shots.entries()].map(([at, shot]) => (
        <div key={at} className={styles.shot}>
          <TextAreaField
            label={`Shot ${at + 1}`}
            value={shot.prompt}
            onChange={(prompt) => change(at, { prompt })}
            rowsMin={1}
            spellCheck
          />
          <TextField
            label="Seconds"
            inputMode="numeric"
            value={String(shot.duration ?? '')}
            onChange={(text) => change(at, { duration: readSeconds(text) })}
          />
          <IconButton label={`Remove shot ${at + 1}`} onClick={() => put(shots.toSpliced(at, 1))}>
            <Trash2 size={16} aria-hidden />
          </IconButton>
        </div>
      ))}
      <div className={styles.foot}>
        <Button
          variant="quiet"
          size="small"
          icon={<Plus size={14} aria-hidden />}
          disabledReason={shots.length >= max ? `The model takes ${max}` : undefined}
          onClick={() => put([...shots, { prompt: '', duration: USUAL_SECONDS }])}
        >
          Add a shot
        </Button>
        {shots.length > 0 && <span className={frame.about}>{total} s in all</span>}
      </div>
      {error && (
        <p id={`${id}-fault`} className={frame.fault}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
