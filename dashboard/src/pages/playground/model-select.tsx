// The model, found by name, vendor or kind; those used lately come first.

import { useMemo } from 'react';
import { priceWords } from '../../api/model-words.ts';
import { aboutOf, kindOf, vendorName } from '../../api/models.ts';
import type { ModelSummary } from '../../api/wire.ts';
import { GroupedSelect, type ItemGroup } from '../../ui/grouped-select.tsx';
import styles from './playground.module.css';
import { recentModels } from './recent-models.ts';

/** Title and kind: models of several kinds share a title. */
export function labelOfModel(model: Pick<ModelSummary, 'title' | 'operations'>): string {
  return `${model.title} · ${kindOf(model).toLowerCase()}`;
}

function groupsOf(models: readonly ModelSummary[]): ItemGroup[] {
  const toItem = (model: ModelSummary) => ({
    value: model.model,
    label: labelOfModel(model),
    hint: model.enabled ? model.model : `${model.model} · switched off`,
    end: priceWords(model.price),
    words: `${vendorName(model.vendor)} ${model.operations.join(' ')} ${model.description}`,
  });
  const lately = recentModels().flatMap((name) => models.find(({ model }) => model === name) ?? []);
  const groups = new Map<string, ModelSummary[]>(lately.length > 0 ? [['Used lately', [...lately]]] : []);
  for (const model of models) {
    if (lately.includes(model)) continue;
    const name = vendorName(model.vendor);
    groups.set(name, [...(groups.get(name) ?? []), model]);
  }
  return [...groups].map(([name, items]) => ({ name, items: items.map(toItem) }));
}

export interface ModelSelectProps {
  label: string;
  models: readonly ModelSummary[];
  value: string;
  onChange: (model: string) => void;
}

export function ModelSelect({ label, models, value, onChange }: ModelSelectProps) {
  const groups = useMemo(() => groupsOf(models), [models]);
  const chosen = models.find(({ model }) => model === value);
  return (
    <GroupedSelect
      label={label}
      // One line, also until the models are known, so that the fields below do not move then.
      description={
        <span className={styles.about} title={chosen && aboutOf(chosen)}>
          {chosen ? aboutOf(chosen) : '\u00a0'}
        </span>
      }
      groups={groups}
      value={value}
      onChange={onChange}
      placeholder="Name, vendor or kind"
    />
  );
}
