// One template of the gallery: a real link with its cover, which plays while it is pointed at.

import { Images } from 'lucide-react';
import { memo, useState } from 'react';
import type { Template } from '../../api/wire.ts';
import { Link } from '../../shell/link.tsx';
import { formatCredits } from '../../ui/money.tsx';
import { releaseOnLeave, usePreview } from './preview.ts';
import styles from './templates.module.css';
import { nameOfVendor, picturesOf } from './words.ts';

export const TemplateCard = memo(function TemplateCard({
  template,
  href,
}: {
  template: Template;
  href: string;
}) {
  const { title, prices, preview_url: previewUrl, is_drawn_here: isOwn } = template;
  const { isPlaying, handlers } = usePreview(previewUrl !== null);
  const least = Math.min(...prices.map(({ credits }) => credits));
  return (
    <li className={styles.card}>
      <Link href={href} className={styles.cardLink} {...handlers}>
        <span className={styles.cover}>
          <Cover template={template} />
          {isPlaying && previewUrl && <PlayingPreview url={previewUrl} className={styles.video} />}
          <span className={styles.badge}>{isOwn ? 'Built in' : nameOfVendor(template.vendor)}</span>
        </span>
        <span className={styles.name}>{title}</span>
        <span className={styles.line}>
          <span>
            {prices.length > 1 && 'from '}
            {prices.length > 0 ? wordsOf(least) : 'Price by model'}
          </span>
          <span className={styles.pictures}>
            <Images size={14} aria-hidden />
            <span aria-hidden="true">{picturesOf(template).short}</span>
            <span className="visually-hidden">{picturesOf(template).words}</span>
          </span>
        </span>
      </Link>
    </li>
  );
});

function wordsOf(credits: number): string {
  return credits === 0 ? 'Free' : `${formatCredits(credits)} credits`;
}

/** The cover; the name in its place where there is none or it is broken. */
export function Cover({ template, isLarge }: { template: Template; isLarge?: boolean }) {
  const [isBroken, setBroken] = useState(false);
  const { cover_url: url, title } = template;
  if (url === null || isBroken) return <span className={styles.noCover}>{title}</span>;
  return (
    <img
      className={styles.image}
      src={url}
      alt=""
      width={360}
      height={480}
      loading={isLarge ? 'eager' : 'lazy'}
      decoding="async"
      onError={() => setBroken(true)}
    />
  );
}

export function PlayingPreview({ url, className }: { url: string; className: string }) {
  return (
    <video
      ref={releaseOnLeave}
      className={className}
      src={url}
      muted
      loop
      autoPlay
      playsInline
      disablePictureInPicture
      aria-hidden="true"
      tabIndex={-1}
    />
  );
}
