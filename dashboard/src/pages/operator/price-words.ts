import type { Price } from '../../api/wire.ts';
import { formatCredits } from '../../ui/money.tsx';

/** @param only the key of an amount that depends on nothing. */
function wordAmounts(credits: Record<string, number>, only: string): string {
  return Object.entries(credits)
    .map(([key, amount]) => (key === only ? formatCredits(amount) : `${key} ${formatCredits(amount)}`))
    .join(', ');
}

/** A price in words. */
export function wordPrice(price: Price): string {
  switch (price.kind) {
    case 'flat':
      return `${formatCredits(price.credits)} a task`;
    case 'per_second':
      return `${wordAmounts(price.credits, 'second')} a second`;
    case 'per_picture':
      return `${wordAmounts(price.credits, 'picture')} a picture`;
    case 'template':
      return 'As its template says';
  }
}
