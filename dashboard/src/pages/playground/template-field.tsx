// The effect template of an input, chosen by its picture.
import { type ReactNode, useId, useState } from 'react';
import { useModelTemplates } from '../../api/model-templates.ts';
import type { Template } from '../../api/templates.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { TextField } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import styles from './template-field.module.css';

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
        <Button onClick={() => setOpen(true)}>{value ? 'Change' : 'Choose'}</Button>
      </div>
      {error && (
        <p id={`${id}-fault`} className={styles.fault}>
          {error}
        </p>
      )}
      <Sheet isOpen={isOpen} onClose={() => setOpen(false)} title="Choose a template" width={560}>
        <Gallery
          templates={templates ?? []}
          value={value}
          onPick={(picked) => {
            onChange(picked);
            setOpen(false);
          }}
        />
      </Sheet>
    </fieldset>
  );
}

function Gallery(props: { templates: readonly Template[]; value: string; onPick: (id: string) => void }) {
  const [search, setSearch] = useState('');
  const wanted = search.toLowerCase();
  const shown = props.templates.filter(({ template_id: id, title }) =>
    `${title} ${id}`.toLowerCase().includes(wanted),
  );
  return (
    <div className={styles.gallery}>
      <TextField
        label="Search"
        isLabelHidden
        type="search"
        placeholder="Search"
        value={search}
        onChange={setSearch}
      />
      {shown.length === 0 && <p className={styles.about}>Nothing fits this search.</p>}
      <div className={styles.cards}>
        {shown.map((template) => (
          <button
            key={template.template_id}
            type="button"
            className={classes(styles.card, template.template_id === props.value && styles.selected)}
            aria-pressed={template.template_id === props.value}
            onClick={() => props.onPick(template.template_id)}
          >
            <Cover template={template} />
            <span>{template.title}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

/** A broken or foreign cover leaves the grey box; the name stands below it. */
function Cover({ template, isSmall }: { template: Template; isSmall?: boolean }) {
  const [isBroken, setBroken] = useState(template.cover_url === null);
  const className = classes(styles.cover, isSmall && styles.small);
  if (isBroken) return <span className={className} />;
  return (
    <img
      src={template.cover_url ?? undefined}
      alt=""
      loading="lazy"
      className={className}
      onError={() => setBroken(true)}
    />
  );
}
