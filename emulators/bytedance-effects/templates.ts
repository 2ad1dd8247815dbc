// The templates of the emulated service: a small catalogue made for it, which `reelay templates import`
// accepts unchanged, and the points that they use.
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../server/src/lib/json.ts';

/** The file that a server imports to serve these templates. */
export const CATALOGUE_FILE = new URL('./catalogue.json', import.meta.url);

export interface EmulatedTemplate {
  templateId: string;
  serverId: number;
  pictures: number;
  resolutions: string[];
  aspectRatio: string;
  seconds: number;
}

interface CatalogueItem {
  TemplateId: string;
  ServiceId: string | number;
  InputNum: number;
  CoverAspectRatio: string;
  Duration: number;
  ConsumeItems: { Resolution: string }[];
}

/** The items as they are listed. */
export function readCatalogue(): JsonObject[] {
  return JSON.parse(readFileSync(CATALOGUE_FILE, 'utf8')) as JsonObject[];
}

function toTemplate(item: CatalogueItem): EmulatedTemplate {
  return {
    templateId: item.TemplateId,
    serverId: Number(item.ServiceId),
    pictures: item.InputNum,
    resolutions: item.ConsumeItems.map(({ Resolution }) => Resolution),
    aspectRatio: item.CoverAspectRatio,
    seconds: item.Duration / 1000,
  };
}

export const TEMPLATES: readonly EmulatedTemplate[] = readCatalogue().map((item) =>
  toTemplate(item as unknown as CatalogueItem),
);

/** Prices in points are not public. */
const POINTS: Readonly<Record<string, number>> = { '480p': 0.79, '720p': 1.58, '1080p': 3.16 };
const SHORT_SIDES: Readonly<Record<string, number>> = { '480p': 480, '720p': 720, '1080p': 1080 };

export function pointsOf(resolution: string): number {
  return POINTS[resolution] ?? 1;
}

export function sizeOf(
  { aspectRatio }: EmulatedTemplate,
  resolution: string,
): { width: number; height: number } {
  const [across, down] = aspectRatio.split(':').map(Number);
  const short = SHORT_SIDES[resolution] ?? 480;
  const scale = short / Math.min(across, down);
  return { width: Math.round(across * scale), height: Math.round(down * scale) };
}
