import type { Price } from '../../api/wire.ts';
import { formatCredits } from '../../ui/money.tsx';

/** A price in words. */
export function wordPrice(price: Price): string {
  switch (price.kind) {
    case 'flat':
      return `${formatCredits(price.credits)} a task`;
    case 'per_second': {
      const parts = Object.entries(price.credits);
      return parts
        .map(([resolution, credits]) => `${resolution} ${formatCredits(credits)}`)
        .join(', ')
        .concat(' a second');
    }
    case 'per_picture': {
      const parts = Object.entries(price.credits);
      return parts
        .map(([key, credits]) =>
          key === 'picture' ? formatCredits(credits) : `${key} ${formatCredits(credits)}`,
        )
        .join(', ')
        .concat(' a picture');
    }
    case 'template':
      return 'As its template says';
  }
}
