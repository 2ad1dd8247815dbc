// The models on offer, and what each takes: the form of the playground and the pages of models are drawn from it.

import { useQuery } from '@tanstack/react-query';
import { clientApi } from './client.ts';
import { useScope } from './queries.ts';
import type { InputField, ModelDetail, ModelSummary } from './wire.ts';

export type Input = Record<string, unknown>;

const FRESH_MS = 60_000;

export function useModels() {
  const scope = useScope();
  return useQuery({
    queryKey: scope('models'),
    queryFn: async ({ signal }) =>
      (await clientApi.get<{ models: ModelSummary[] }>('/job/Models', { signal })).models,
    staleTime: FRESH_MS,
  });
}

/** @param name as `vendor/name`; undefined asks for nothing. */
export function useModel(name: string | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: scope('model', name),
    queryFn: ({ signal }) => clientApi.get<ModelDetail>(`/job/Models/${name}`, { signal }),
    enabled: name !== undefined,
    staleTime: FRESH_MS,
  });
}

const KINDS: Record<string, string> = {
  'text-to-video': 'Text to video',
  'image-to-video': 'Image to video',
  'reference-to-video': 'Reference to video',
  'first-last-frame': 'First and last frame',
  'template-to-video': 'Effect template',
  'text-to-image': 'Picture from text',
  'image-edit': 'Pictures',
  tts: 'Speech from text',
  'text-to-music': 'Music from text',
  'music-generate': 'Music',
};

/** Words for an operation. */
export function wordForKind(operation: string): string {
  const words = KINDS[operation] ?? operation.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const MADE: Record<string, string> = { image: 'picture', audio: 'sound' };

/** What a model makes, in one word; a video where that is not known yet. */
export function wordForMade(model: Pick<ModelSummary, 'modality'> | undefined): string {
  return MADE[model?.modality ?? ''] ?? 'video';
}

/** The kind that says most about a model. */
export function kindOf({ operations }: Pick<ModelSummary, 'operations'>): string {
  return wordForKind(operations.at(-1) ?? '');
}

/** Its description without the title, which is next to it. */
export function aboutOf({ title, description }: Pick<ModelSummary, 'title' | 'description'>): string {
  const about = description.startsWith(`${title}: `) ? description.slice(title.length + 2) : description;
  return about.charAt(0).toUpperCase() + about.slice(1);
}

const VENDORS: Record<string, string> = {
  bytedance: 'ByteDance',
  flux: 'FLUX',
  google: 'Google',
  'grok-imagine': 'Grok Imagine',
  happyhorse: 'HappyHorse',
  kling: 'Kling',
  minimax: 'MiniMax',
  reelay: 'Reelay',
  runway: 'Runway',
  selfhosted: 'Self-hosted',
  vidu: 'Vidu',
  wan: 'Wan',
  'z-image': 'Z-Image',
};

export function vendorName(vendor: string): string {
  return VENDORS[vendor] ?? vendor.charAt(0).toUpperCase() + vendor.slice(1);
}

/** Words for a value of a field; an address or a number stands for itself. */
export function wordForValue(field: InputField, value: unknown): string {
  return field['x-enum-words']?.[String(value)] ?? String(value);
}
