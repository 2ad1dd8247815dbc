// The picture of a template.

import { useState } from 'react';
import type { Template } from '../../api/wire.ts';
import { classes } from '../../ui/classes.ts';
import styles from './template-field.module.css';

/** A broken or foreign cover leaves the grey box; the name stands below it. */
export function Cover({ template, isSmall }: { template: Template; isSmall?: boolean }) {
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
