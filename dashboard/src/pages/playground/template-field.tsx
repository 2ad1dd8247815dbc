// The effect template of an input, chosen by its picture.
import { lazy, type ReactNode, Suspense, useId, useState } from 'react';
import { useModelTemplates } from '../../api/model-templates.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Cover } from './template-cover.tsx';
import styles from './template-field.module.css';

/** Most models have no template: its sheet is no part of the first load. */
const TemplateSheet = lazy(async () => ({ default: (await import('./template-sheet.tsx')).TemplateSheet }));

export interface TemplateFieldProps {
  label: string;
  description: ReactNode;
  error: string | undefined;
  isRequired: boolean;
  model: string;
  value: string;
  onChange: (id: string | undefined) => void;
}

export function TemplateField({
  label,
  description,
  error,
  isRequired,
  model,
  value,
  onChange,
}: TemplateFieldProps) {
  const id = useId();
  const { data: templates } = useModelTemplates(model);
  const [isOpen, setOpen] = useState(false);
  const [wasOpened, setOpened] = useState(false);
  const open = () => {
    setOpened(true);
    setOpen(true);
  };
  const chosen = templates?.find((template) => template.template_id === value);
  if (templates?.length === 0) {
    return (
      <TextField
        label={label}
        isRequired={isRequired}
        error={error}
        description="This catalogue is empty: an operator imports it. Until then a name can be typed."
        value={value}
        onChange={(text) => onChange(text === '' ? undefined : text)}
      />
    );
  }
  return (
    <fieldset className={styles.field} aria-describedby={error ? `${id}-fault` : undefined}>
      <legend className={styles.label}>{label}</legend>
      {description && <p className={styles.about}>{description}</p>}
      <div className={styles.chosen}>
        {chosen && <Cover template={chosen} isSmall />}
        <span className={styles.name}>{chosen?.title ?? (value || 'None chosen')}</span>
        <Button onClick={open}>{value ? 'Change' : 'Choose'}</Button>
      </div>
      {error && (
        <p id={`${id}-fault`} className={styles.fault}>
          {error}
        </p>
      )}
      {wasOpened && (
        <Suspense>
          <TemplateSheet
            isOpen={isOpen}
            onClose={() => setOpen(false)}
            templates={templates ?? []}
            value={value}
            onPick={(picked) => {
              onChange(picked);
              setOpen(false);
            }}
          />
        </Suspense>
      )}
    </fieldset>
  );
}
