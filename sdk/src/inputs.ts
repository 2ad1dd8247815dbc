// Which input fits which model. Models that the catalogue did not have when the SDK was made stay possible: their input is
// open, and the server checks it.
import type { ModelInputs } from './models.generated.ts';

/** A model of the catalogue, one of its other names, or one that an operator has added. */
export type ModelName = keyof ModelInputs | (string & {});

/** What a model takes. */
export type InputOf<Model> = Model extends keyof ModelInputs ? ModelInputs[Model] : Record<string, unknown>;
