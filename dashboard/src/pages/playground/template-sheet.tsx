// The sheet in which a template is chosen; loaded when it is first opened.

import { useState } from 'react';
import type { Template } from '../../api/wire.ts';
import { classes } from '../../ui/classes.ts';
import { TextField } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { Cover } from './template-cover.tsx';
import styles from './template-field.module.css';

export interface TemplateSheetProps {
  isOpen: boolean;
  onClose: () => void;
  templates: readonly Template[];
  value: string;
  onPick: (id: string) => void;
}

export function TemplateSheet({ isOpen, onClose, ...gallery }: TemplateSheetProps) {
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title="Choose a template" width={560}>
      <Gallery {...gallery} />
    </Sheet>
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
