// The control of one field, chosen by what its schema says. A value that the model has no choice about is shown with the
// reason, not hidden.
import { Dices } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { wordForValue } from '../../api/models.ts';
import type { InputField } from '../../api/wire.ts';
import { Skeleton } from '../../ui/blanks.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Segments, SelectField, Toggle } from '../../ui/choices.tsx';
import { TextAreaField, TextField } from '../../ui/fields.tsx';
import { RatioPicker } from '../../ui/ratio-picker.tsx';
import { Slider } from '../../ui/slider.tsx';
import { shownValue } from './form.ts';
import styles from './playground.module.css';
import { TemplateField } from './template-field.tsx';

/** Models that take words alone need none of it. */
const UploadField = lazy(async () => ({ default: (await import('./upload-field.tsx')).UploadField }));

const ShotsField = lazy(async () => ({ default: (await import('./shots-field.tsx')).ShotsField }));

const UPLOADS_HEIGHT = 176;
const SHOTS_HEIGHT = 64;

export interface FieldControlProps {
  name: string;
  field: InputField;
  /** Of which model, for what a catalogue of it has. */
  model: string;
  isRequired: boolean;
  /** As it was entered; undefined for the default. */
  value: unknown;
  error: string | undefined;
  /** Whose field it is when two models are compared and one alone takes it. */
  only: string | undefined;
  onChange: (value: unknown) => void;
}

const SEGMENTS_MAX = 5;
const SEGMENTS_CHARACTERS_MAX = 34;

function describe({ field, only }: FieldControlProps) {
  if (!only) return field.description;
  return (
    <>
      <span className={styles.only}>Only {only}</span> {field.description}
    </>
  );
}

export function FieldControl(props: FieldControlProps) {
  const { field, isRequired, error, onChange } = props;
  const value = shownValue(field, props.value);
  const common = { label: field.title, description: describe(props), error, isRequired };
  switch (field['x-widget']) {
    case 'prompt':
      return <PromptControl {...props} common={common} />;
    case 'template':
      return (
        <TemplateField {...common} model={props.model} value={String(value ?? '')} onChange={onChange} />
      );
    case 'pictures':
    case 'clips':
    case 'sounds':
      return (
        <Suspense fallback={<Skeleton height={UPLOADS_HEIGHT} />}>
          <UploadField
            {...common}
            kind={field['x-widget']}
            slots={field['x-slots']}
            max={field.maxItems ?? 1}
            min={isRequired ? (field.minItems ?? 1) : 0}
            urls={Array.isArray(props.value) ? props.value.map(String) : []}
            onChange={onChange}
          />
        </Suspense>
      );
    case 'shots':
      return (
        <Suspense fallback={<Skeleton height={SHOTS_HEIGHT} />}>
          <ShotsField {...common} max={field.maxItems ?? 1} value={props.value} onChange={onChange} />
        </Suspense>
      );
    case 'choice':
    case 'ratio':
      return <ChoiceControl {...props} common={common} />;
    case 'slider':
    case 'number':
    case 'seed':
      return <NumberControl {...props} common={common} />;
    case 'switch':
      return (
        <Toggle
          label={common.label}
          description={common.description}
          isOn={value === true}
          onChange={onChange}
        />
      );
    default:
      return <TextField {...common} value={String(value ?? '')} onChange={onChange} />;
  }
}

interface Common {
  label: string;
  description: React.ReactNode;
  error: string | undefined;
  isRequired: boolean;
}

type ControlProps = FieldControlProps & { common: Common };

/** From this share of the room on, what is left is shown. */
const NEARLY_FULL = 0.8;

function PromptControl({ name, field, value, common, onChange }: ControlProps) {
  const text = typeof value === 'string' ? value : '';
  const max = field.maxLength ?? Number.POSITIVE_INFINITY;
  const isNearlyFull = text.length > max * NEARLY_FULL;
  return (
    <div>
      <TextAreaField
        {...common}
        value={text}
        onChange={(next) => onChange(next === '' ? undefined : next)}
        rowsMin={name === 'prompt' ? 4 : 2}
        spellCheck
      />
      {isNearlyFull && (
        <p className={styles.count}>
          {text.length} of {max} characters
        </p>
      )}
    </div>
  );
}

function ChoiceControl({ field, value, common, onChange }: ControlProps) {
  const choices = (field.enum ?? []).map((each) => ({
    value: String(each),
    label: wordForValue(field, each),
  }));
  const shown = shownValue(field, value);
  const pick = (text: string) => onChange(field.enum?.find((each) => String(each) === text));
  if (choices.length === 1) {
    return (
      <div className={styles.locked}>
        <span className={styles.lockedName}>{common.label}</span>
        <span>
          {choices[0].label} <span className={styles.quiet}>· the only one that this model makes</span>
        </span>
      </div>
    );
  }
  const selected = shown === undefined ? '' : String(shown);
  if (field['x-widget'] === 'ratio') {
    return <RatioPicker {...common} choices={choices} value={selected} onChange={pick} />;
  }
  const isShort =
    choices.length <= SEGMENTS_MAX &&
    choices.reduce((sum, { label }) => sum + label.length, 0) <= SEGMENTS_CHARACTERS_MAX;
  return isShort ? (
    <Segments {...common} isRequired={false} choices={choices} value={selected} onChange={pick} isWide />
  ) : (
    <SelectField {...common} choices={choices} value={selected} onChange={pick} />
  );
}

const DECIMAL_STEP = 0.1;
/** The whole range of most seeds is more than a person wants to read. */
const SEED_MAX = 1_000_000;

function NumberControl({ field, value, common, onChange }: ControlProps) {
  const shown = shownValue(field, value);
  const step = field.type === 'integer' ? 1 : DECIMAL_STEP;
  if (field['x-widget'] === 'slider') {
    const { minimum: min = 0, maximum: max = 0 } = field;
    const { isRequired: _, ...rest } = common;
    return (
      <Slider
        {...rest}
        min={min}
        max={max}
        step={step}
        unit={field['x-unit']}
        value={typeof shown === 'number' ? shown : min}
        onChange={onChange}
      />
    );
  }
  const type = (text: string) => {
    const number = Number(text);
    onChange(text.trim() === '' || !Number.isFinite(number) ? undefined : number);
  };
  return (
    <TextField
      {...common}
      inputMode="numeric"
      value={shown === undefined ? '' : String(shown)}
      onChange={type}
      end={
        field['x-widget'] === 'seed' ? (
          <IconButton
            label="Another seed"
            size="small"
            onClick={() => onChange(Math.floor(Math.random() * SEED_MAX))}
          >
            <Dices size={16} aria-hidden />
          </IconButton>
        ) : (
          field['x-unit']
        )
      }
    />
  );
}
