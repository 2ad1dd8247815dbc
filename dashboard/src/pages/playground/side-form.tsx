// The form: fields of the model, or of both models when two are compared. A fault of a field is shown once the field was
// left or Run was pressed, never while a person still types.
import { ChevronDown, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useModelTemplates, useTemplateResolutions } from '../../api/model-templates.ts';
import type { InputField } from '../../api/wire.ts';
import { Button } from '../../ui/button.tsx';
import { FieldControl } from './field.tsx';
import { fieldsOf, isSummed, type Values } from './form.ts';
import styles from './playground.module.css';
import type { Side } from './use-side.ts';

export interface FormProps {
  sides: readonly Side[];
  values: Values;
  onChange: (name: string, value: unknown) => void;
  /** Whether Run was pressed since the last change. */
  isTried: boolean;
  onRun: () => void;
}

interface FormField {
  name: string;
  field: InputField;
  model: string;
  isRequired: boolean;
  only: string | undefined;
}

/** The fields of all sides, each once, as the first side has it. */
function joinFields(sides: readonly Side[]): FormField[] {
  const models = sides.flatMap(({ model }) => (model ? [model] : []));
  const names = new Map<string, FormField>();
  for (const model of models) {
    for (const [name, field] of fieldsOf(model)) {
      const known = names.get(name);
      const isRequired = model.input_schema.required.includes(name) || (known?.isRequired ?? false);
      const takers = models.filter((each) => each.input_schema.properties[name] !== undefined);
      const only = models.length > 1 && takers.length === 1 ? labelOf(model, models) : undefined;
      names.set(
        name,
        known ? { ...known, isRequired } : { name, field, model: model.model, isRequired, only },
      );
    }
  }
  return [...names.values()].sort((one, other) => one.field['x-order'] - other.field['x-order']);
}

function labelOf(model: { model: string; title: string }, all: readonly { title: string }[]): string {
  const isAlone = all.filter(({ title }) => title === model.title).length === 1;
  return isAlone ? model.title : model.model;
}

/** What the chosen template says of the other fields: how many pictures, which resolutions. */
function useTemplateFields(
  fields: readonly FormField[],
  values: Values,
  onChange: FormProps['onChange'],
): readonly FormField[] {
  const own = fields.find(({ field }) => field['x-widget'] === 'template');
  const { data } = useModelTemplates(own?.model);
  const template = own && data?.find(({ template_id: id }) => id === values[own.name]);
  const isFree = fields.some(({ name, field }) => name === 'resolution' && !field.enum);
  const offered = useTemplateResolutions(own?.model, isFree ? template?.template_id : undefined);
  const first = isFree && !offered.includes(String(values.resolution)) ? offered[0] : undefined;
  useEffect(() => {
    if (first !== undefined) onChange('resolution', first);
  }, [first, onChange]);
  if (!template) return fields;
  return fields.map((each) => {
    const { field } = each;
    if (field['x-widget'] === 'pictures') {
      return { ...each, field: { ...field, maxItems: template.images_max, minItems: template.images_min } };
    }
    if (each.name === 'resolution' && !field.enum && offered.length > 0) {
      return { ...each, field: { ...field, enum: [...offered], 'x-widget': 'choice' } };
    }
    return each;
  });
}

const SHOWN_MAX = 6;

/** Whether Ctrl-Enter was pressed; Enter alone never spends. */
function isRunKey({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key === 'Enter' && (ctrlKey || metaKey);
}

export function SideForm({ sides, values, onChange, isTried, onRun }: FormProps) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [isOpen, setOpen] = useState(false);
  const all = useTemplateFields(joinFields(sides), values, onChange);
  const fields = all.filter(({ field }) => !isSummed(field, values));
  const sentenceOf = (name: string) => {
    const isShown = isTried || left.has(name);
    if (!isShown) return undefined;
    return sides.map((side) => side.missing[name] ?? side.faults[name]).find((each) => each !== undefined);
  };
  const hasMore = fields.length > SHOWN_MAX + 1;
  const first = hasMore ? fields.slice(0, SHOWN_MAX) : fields;
  const rest = hasMore ? fields.slice(SHOWN_MAX) : [];
  const isFaultHidden = rest.some(({ name }) => sentenceOf(name) !== undefined);
  const draw = (each: FormField) => (
    <div key={each.name} data-field={each.name} data-fault={sentenceOf(each.name) ? '' : undefined}>
      <FieldControl
        {...each}
        value={values[each.name]}
        error={sentenceOf(each.name)}
        onChange={(value) => onChange(each.name, value)}
      />
    </div>
  );
  const isMoreShown = isOpen || isFaultHidden;
  const Sign = isMoreShown ? ChevronDown : ChevronRight;
  return (
    <form
      className={styles.fields}
      noValidate
      aria-label="Input"
      onSubmit={(event) => event.preventDefault()}
      onBlur={({ target }) => {
        const name = target.closest<HTMLElement>('[data-field]')?.dataset.field;
        if (name !== undefined) setLeft((names) => new Set(names).add(name));
      }}
      onKeyDown={(event) => {
        if (!isRunKey(event)) return;
        event.preventDefault();
        onRun();
      }}
    >
      {first.map(draw)}
      {rest.length > 0 && (
        <>
          <Button
            variant="quiet"
            size="small"
            aria-expanded={isMoreShown}
            icon={<Sign size={14} aria-hidden />}
            onClick={() => setOpen(!isMoreShown)}
          >
            {isMoreShown ? 'Less' : `More: ${rest.map(({ field }) => field.title.toLowerCase()).join(', ')}`}
          </Button>
          {isMoreShown && rest.map(draw)}
        </>
      )}
    </form>
  );
}
