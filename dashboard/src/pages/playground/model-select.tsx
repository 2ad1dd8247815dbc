// The model, found by name, vendor or kind; those used lately come first.
import { useMemo } from 'react';
import { kindOf, type ModelSummary, vendorName } from '../../api/models.ts';
import { GroupedSelect, type ItemGroup } from '../../ui/grouped-select.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { recentModels } from './recent-models.ts';

function priceWords({ price }: ModelSummary): string {
  switch (price.per) {
    case 'task':
      return price.credits === 0 ? 'free' : `${formatCredits(price.credits ?? 0)} each`;
    case 'second': {
      const least = Math.min(...price.by_resolution.map(({ credits }) => credits));
      return `from ${formatCredits(least)} a second`;
    }
    case 'template':
      return 'by template';
  }
}

/** Title and kind: models of several kinds share a title. */
export function labelOfModel(model: Pick<ModelSummary, 'title' | 'operations'>): string {
  return `${model.title} · ${kindOf(model).toLowerCase()}`;
}

function groupsOf(models: readonly ModelSummary[]): ItemGroup[] {
  const toItem = (model: ModelSummary) => ({
    value: model.model,
    label: labelOfModel(model),
    hint: model.enabled ? model.model : `${model.model} · switched off`,
    end: priceWords(model),
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
      description={chosen?.description}
      groups={groups}
      value={value}
      onChange={onChange}
      placeholder="Name, vendor or kind"
    />
  );
}
