// What the gallery calls vendors, pictures and orders.
import type { Template } from '../../api/wire.ts';

const VENDORS: Record<string, string> = { bytedance: 'ByteDance', vidu: 'Vidu', kling: 'Kling' };

export function nameOfVendor(vendor: string): string {
  return VENDORS[vendor] ?? vendor;
}

/** How many pictures a template takes: in short, and as words. */
export function picturesOf({ images_min: min, images_max: max }: Template): { short: string; words: string } {
  const count = min === max ? String(min) : `${min}–${max}`;
  return { short: count, words: `${count} ${count === '1' ? 'picture' : 'pictures'}` };
}

export const SORTS = [
  { value: 'listed', label: 'As listed' },
  { value: 'newest', label: 'Newest first' },
  { value: 'name', label: 'By name' },
  { value: 'price', label: 'Cheapest first' },
] as const;
