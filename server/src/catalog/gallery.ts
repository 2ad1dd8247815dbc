// The templates of all catalogues in one form, whatever their provider calls things, with what a person can choose by.
import type { Json, JsonObject } from '../lib/json.ts';
import type { TemplateRow } from './catalog.store.ts';
import { CATALOGUES, type CatalogueName, SHIPPED_CATALOGUE } from './catalogues.ts';
import type { PriceRule } from './prices.ts';
import {
  consumeItemsOf,
  flatCreditsOf,
  hasOwnMedia,
  isDrawnHere,
  liveFaultOf,
  ownMediaOf,
  rulesOf,
} from './templates.ts';

/** A template as a gallery shows it. */
export interface GalleryEntry {
  catalogue: CatalogueName;
  id: string;
  /** The field of an input that names it. */
  inputField: 'template_id' | 'template';
  title: string;
  description: string | null;
  tags: string[];
  aspectRatios: string[];
  imagesMin: number;
  imagesMax: number;
  durationSeconds: number | null;
  /** The model that makes it; null where there is none. */
  model: string | null;
  /** With that model, by resolution; one entry without a resolution where the price does not depend on it. */
  prices: { resolution: string | null; credits: number }[];
  /** Drawn by the built-in renderer. */
  isDrawnHere: boolean;
  /** Why live keys cannot use it; null when they can. */
  liveFault: string | null;
  /** Seconds since 1970; null where the item does not say. */
  releasedAt: number | null;
  /** The version of its own small cover; null while there is none. */
  coverVersion: string | null;
  /** The version of its own copy of the preview video; null while there is none. */
  previewVersion: string | null;
  /** Names of files among our own media; null for items of others. */
  mediaCover: string | null;
  mediaPreview: string | null;
}

export const SORTS = ['listed', 'newest', 'name', 'price'] as const;

export interface GalleryFilter {
  /** Words that its title, tags or id have, all of them. */
  q?: string | undefined;
  tag?: string | undefined;
  catalogue?: CatalogueName | undefined;
  /** It takes this many pictures. */
  images?: number | undefined;
  ratio?: string | undefined;
  sort: (typeof SORTS)[number];
}

const TAGS_MAX = 20;
const TEXT_CHARACTERS_MAX = 300;

/** A model that can make templates, and its price now. */
export interface TemplateModel {
  model: string;
  price: PriceRule;
}

/** @param takers the models whose inputs name a template by the field of its catalogue. */
export function toGalleryEntry(
  { catalogue: name, template_id, item, cover, preview }: TemplateRow,
  takers: readonly TemplateModel[],
): GalleryEntry {
  const model = chooseModel(takers, name, isDrawnHere(item));
  const rules = rulesOf(item);
  const media = ownMediaOf(item).map(([, file]) => file);
  return {
    catalogue: name,
    id: template_id,
    inputField: CATALOGUES[name].inputField,
    title: textOf(item.Title_en) ?? textOf(item.Title) ?? textOf(item.name) ?? template_id,
    description: textOf(item.Description_en) ?? textOf(item.description) ?? textOf(item.info) ?? null,
    tags: tagsOf(item),
    aspectRatios: rules.aspectRatios,
    imagesMin: rules.inputsMin,
    imagesMax: rules.inputsMax,
    durationSeconds: hasDuration(item) ? rules.durationSeconds : null,
    model: model?.model ?? null,
    prices: pricesOf(item, model),
    isDrawnHere: isDrawnHere(item),
    liveFault: model && needsNoService(model, name) ? null : (liveFaultOf(item) ?? null),
    releasedAt: typeof item.ReleaseOnlineTime === 'number' ? item.ReleaseOnlineTime : null,
    coverVersion: cover,
    previewVersion: hasOwnMedia(item) ? null : preview,
    mediaCover: media.find((file) => file.endsWith('.jpg')) ?? null,
    mediaPreview: media.find((file) => file.endsWith('.mp4')) ?? null,
  };
}

function hasDuration({ Duration: milliseconds, duration }: JsonObject): boolean {
  return typeof milliseconds === 'number' || (Array.isArray(duration) && typeof duration[0] === 'number');
}

/** The entries that a filter leaves, in its order. */
export function findEntries(entries: readonly GalleryEntry[], filter: GalleryFilter): GalleryEntry[] {
  const words = (filter.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.filter(
    (entry) =>
      (filter.catalogue === undefined || entry.catalogue === filter.catalogue) &&
      (filter.tag === undefined || entry.tags.includes(filter.tag)) &&
      (filter.ratio === undefined || entry.aspectRatios.includes(filter.ratio)) &&
      takes(entry, filter.images) &&
      hasWords(entry, words),
  );
  return found.sort(orderOf(filter.sort));
}

/** How many of the entries have each value, the most frequent first. */
export function countValues(entries: readonly GalleryEntry[], valuesOf: (entry: GalleryEntry) => string[]) {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    for (const value of valuesOf(entry)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, many], [b, more]) => more - many || a.localeCompare(b));
  return sorted.map(([value, count]) => ({ value, count }));
}

function takes({ imagesMin, imagesMax }: GalleryEntry, images: number | undefined): boolean {
  return images === undefined || (imagesMin <= images && images <= imagesMax);
}

function hasWords({ title, tags, id }: GalleryEntry, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = [title, id, ...tags].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

type Order = (a: GalleryEntry, b: GalleryEntry) => number;

/** Entries that are equal stay in the order of their catalogue. */
function orderOf(sort: GalleryFilter['sort']): Order {
  switch (sort) {
    case 'listed':
      return () => 0;
    case 'newest':
      return (a, b) => (b.releasedAt ?? 0) - (a.releasedAt ?? 0);
    case 'name':
      return (a, b) => a.title.localeCompare(b.title);
    case 'price':
      return (a, b) => leastPriceOf(a) - leastPriceOf(b);
  }
}

/** One without a price comes last. */
function leastPriceOf({ prices }: GalleryEntry): number {
  return Math.min(...prices.map(({ credits }) => credits));
}

/** The models of the built-in renderer. */
const OWN_VENDOR = 'reelay/';

/**
 * What is drawn here is made by our own model, which every key may use; the rest by that of its vendor. Our own model names
 * templates of the catalogue that they are shipped in.
 */
function chooseModel(
  takers: readonly TemplateModel[],
  catalogue: CatalogueName,
  isOwn: boolean,
): TemplateModel | undefined {
  const ofVendor = takers.find(({ model }) => model.startsWith(`${catalogue}/`));
  const isShipped = catalogue === SHIPPED_CATALOGUE;
  const ours = isShipped ? takers.find(({ model }) => model.startsWith(OWN_VENDOR)) : undefined;
  return isOwn ? (ours ?? ofVendor) : (ofVendor ?? ours);
}

/** Our own model draws all of them; Vidu and Kling make what their lists have, by its name alone. */
function needsNoService({ model }: TemplateModel, catalogue: CatalogueName): boolean {
  return model.startsWith(OWN_VENDOR) || catalogue !== 'bytedance';
}

function pricesOf(item: JsonObject, model: TemplateModel | undefined): GalleryEntry['prices'] {
  if (model?.price.kind === 'flat') return [{ resolution: null, credits: model.price.credits }];
  const byResolution = consumeItemsOf(item);
  if (byResolution.length > 0) return byResolution;
  const credits = flatCreditsOf(item);
  return credits === undefined ? [] : [{ resolution: null, credits }];
}

function tagsOf(item: JsonObject): string[] {
  const listed = [item.Tags_en, item.Tags, item.tags].find(
    (value) => Array.isArray(value) && value.length > 0,
  );
  const tags = (listed as Json[] | undefined) ?? [item.category_name ?? null];
  return [...new Set(tags.map(textOf).filter((tag) => tag !== undefined))].slice(0, TAGS_MAX);
}

function textOf(value: Json | undefined): string | undefined {
  const isText = typeof value === 'string' && value.trim() !== '';
  return isText ? value.trim().slice(0, TEXT_CHARACTERS_MAX) : undefined;
}

/** The address of the preview video that an imported item names; our own items bring their previews. */
export function previewSourceOf(item: JsonObject): string | undefined {
  if (hasOwnMedia(item)) return undefined;
  const { PreviewVideo, Preview, PreviewUrl, preview, preview_url, preview_video, video, video_url } = item;
  return [PreviewVideo, Preview, PreviewUrl, preview, preview_url, preview_video, video, video_url].find(
    isAddress,
  );
}

function isAddress(value: Json | undefined): value is string {
  return typeof value === 'string' && /^https?:\/\//.test(value);
}

/** The address of the picture that an imported item shows itself with; our own items bring their covers. */
export function coverSourceOf(item: JsonObject): string | undefined {
  if (hasOwnMedia(item)) return undefined;
  const named = [item.Cover, item.CoverUrl, item.cover, item.cover_url, item.thumbnail, item.image];
  return named.find(isAddress);
}
