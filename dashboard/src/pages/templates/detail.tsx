// A template in large: what it shows, what pictures it wants, what it costs, and its use.

import { useState } from 'react';
import { useSession } from '../../api/session.ts';
import type { Template } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { Link, LinkButton } from '../../shell/link.tsx';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Money } from '../../ui/money.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { Facts } from '../../ui/page.tsx';
import { Cover } from './card.tsx';
import { playgroundAddressOf } from './playground-address.ts';
import styles from './templates.module.css';
import { nameOfVendor, picturesOf } from './words.ts';

export function TemplateDetail({ template, onClose }: { template: Template; onClose: () => void }) {
  const { mode } = useSession();
  const fault = mode === 'live' ? template.live_fault : null;
  const reason = template.model === null ? 'No model on this server makes it' : (fault ?? undefined);
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={template.title}
      foot={
        reason === undefined ? (
          <LinkButton variant="primary" href={playgroundAddressOf(template)}>
            Use
          </LinkButton>
        ) : (
          <Button variant="primary" disabledReason={reason}>
            Use
          </Button>
        )
      }
    >
      <div className={styles.sheet}>
        <LargePreview template={template} />
        {template.description && <p>{template.description}</p>}
        {fault && <p className={styles.fault}>Not for live keys: {fault}.</p>}
        <Facts
          items={[
            ['Wants', picturesOf(template).words],
            ['Ratios', template.aspect_ratios.join(', ')],
            ['Length', template.duration_s === null ? undefined : `${template.duration_s} s`],
            ['Vendor', template.is_drawn_here ? 'Built-in renderer' : nameOfVendor(template.vendor)],
            [
              'Model',
              template.model && (
                <Link key="model" href={paths.model(template.model)}>
                  {template.model}
                </Link>
              ),
            ],
            ...template.prices.map(
              ({ resolution, credits }) =>
                [resolution ?? 'Price', <Money key="price" credits={credits} hasUnit />] as const,
            ),
          ]}
        />
        {template.tags.length > 0 && (
          <ul className={styles.tags} aria-label="Tags">
            {template.tags.map((tag) => (
              <li key={tag}>
                <Chip>{tag}</Chip>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Sheet>
  );
}

/** Plays when asked to; a broken preview leaves the cover. */
function LargePreview({ template }: { template: Template }) {
  const [isBroken, setBroken] = useState(false);
  const { preview_url: url, title } = template;
  return (
    <div className={styles.stage}>
      {url === null || isBroken ? (
        <Cover template={template} isLarge />
      ) : (
        <video
          className={styles.image}
          src={url}
          poster={template.cover_url ?? undefined}
          muted
          loop
          controls
          playsInline
          autoPlay={!matchMedia('(prefers-reduced-motion: reduce)').matches}
          aria-label={`Preview of ${title}`}
          onError={() => setBroken(true)}
        />
      )}
    </div>
  );
}
