import styles from './signs.module.css';

const EXACT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** Credits with all their digits: money is never rounded for looks. */
export function formatCredits(credits: number): string {
  return EXACT.format(credits);
}

/** @param props.hasUnit says "credits" after the number. */
export function Money({ credits, hasUnit }: { credits: number; hasUnit?: boolean }) {
  const unit = credits === 1 ? 'credit' : 'credits';
  return (
    <span className={styles.money}>
      {formatCredits(credits).replace('-', '−')}
      {hasUnit && ` ${unit}`}
    </span>
  );
}
