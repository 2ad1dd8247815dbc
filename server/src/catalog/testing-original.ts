// The catalogue of the original API, as its own tools have it. Only for tests and documents.
import { readFileSync } from 'node:fs';
import { parseOwnJson } from '../lib/json.ts';

/** A model there: facts that a model of the same name has here, too. */
export interface OriginalModel {
  name: string;
  model_type: string;
  modality: string;
  operations: string[];
  quality_tier: string;
  speed_tier: string;
  supports_reference: boolean;
  supports_native_audio: boolean;
  /** Why it is left out here, if that is decided. */
  left_out?: string;
}

/** All of them, in the order of their file. */
export function readOriginalModels(): OriginalModel[] {
  const text = readFileSync(new URL('./testing-original.json', import.meta.url), 'utf8');
  return parseOwnJson<{ models: OriginalModel[] }>(text).models;
}
