import type { Price } from '../../api/wire.ts';
import { formatCredits } from '../../ui/money.tsx';

/** @param only the key of an amount that depends on nothing. */
function wordAmounts(credits: Record<string, number>, only: string): string {
  return Object.entries(credits)
    .map(([key, amount]) => (key === only ? formatCredits(amount) : `${key} ${formatCredits(amount)}`))
    .join(', ');
}

/** What an amount of a table is for, and the key of one that depends on nothing. */
export const PRICE_UNITS = {
  per_second: { unit: 'second', only: 'second' },
  per_picture: { unit: 'picture', only: 'picture' },
  per_song: { unit: 'song', only: 'song' },
  per_thousand_characters: { unit: 'thousand characters', only: 'characters' },
} as const;

/** A price in words. */
export function wordPrice(price: Price): string {
  switch (price.kind) {
    case 'flat':
      return `${formatCredits(price.credits)} a task`;
    case 'per_second':
    case 'per_picture':
    case 'per_song':
    case 'per_thousand_characters': {
      const { unit, only } = PRICE_UNITS[price.kind];
      return `${wordAmounts(price.credits, only)} a ${unit}`;
    }
    case 'template':
      return 'As its template says';
  }
}
