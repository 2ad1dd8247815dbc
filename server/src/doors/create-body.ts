// The body of a create as Reelay reads it, at whatever door it came in: `model`, `input` and `callback_url`, and Reelay's own
// `max_credits` and `metadata`. A door whose bodies look otherwise writes them in this form first.
import type { CreateForm } from '../catalog/check.ts';
import { faultOfMisplaced } from '../catalog/known-fields.ts';
import type { Model } from '../catalog/models.ts';
import { isHttpUrl, sortUnknown } from '../catalog/validate.ts';
import { isObject, type Json, type JsonObject, withoutNulls } from '../lib/json.ts';
import { foldName } from '../lib/near-name.ts';
import { findMetadataFaults, writeMetadata } from '../tasks/metadata.ts';

/** The highest `max_credits` that is taken. */
export const MAX_CREDITS_LIMIT = 1_000_000_000;

const BODY_FIELDS = ['model', 'input', 'callback_url', 'max_credits', 'metadata'];

function faultOf(name: string, body: JsonObject, model: Model | undefined): string | undefined {
  if (foldName(name) === 'maxcredits') return 'is not known here; the limit is max_credits';
  return faultOfMisplaced(name, body, model);
}

/** Checks the parts of a create body that all models share. */
function findEnvelopeFaults(body: JsonObject, model?: Model): { errors: string[]; unknown: string[] } {
  const errors: string[] = [];
  if (typeof body.model !== 'string')
    errors.push(body.model === undefined ? 'model: is required' : 'model: must be of type string');
  if (!isObject(body.input))
    errors.push(body.input === undefined ? 'input: is required' : 'input: must be of type object');
  const { callback_url: callbackUrl, max_credits: maxCredits } = body;
  if (callbackUrl !== undefined && callbackUrl !== null && callbackUrl !== '') {
    if (typeof callbackUrl !== 'string') errors.push('callback_url: must be of type string');
    else if (!isHttpUrl(callbackUrl))
      errors.push('callback_url: must be an http or https address without user information');
  }
  if (
    maxCredits !== undefined &&
    (typeof maxCredits !== 'number' || maxCredits < 0 || maxCredits > MAX_CREDITS_LIMIT)
  ) {
    errors.push(`max_credits: must be a number from 0 to ${MAX_CREDITS_LIMIT}`);
  }
  errors.push(...findMetadataFaults(body.metadata));
  const rest = sortUnknown(body, '', { known: BODY_FIELDS, faultOf: (name) => faultOf(name, body, model) });
  return { errors: [...errors, ...rest.errors], unknown: rest.unknown };
}

/** What the catalogue needs to know of creates at a door. @param words where its clients find models and templates. */
export function createForm(words: Pick<CreateForm, 'modelList' | 'templateList'>): CreateForm {
  return { fields: BODY_FIELDS, findEnvelopeFaults, ...words };
}

/** The limit of the price in a body, which need not be checked yet. */
export function readMaxCredits(body: Json): number | undefined {
  const limit = isObject(body) ? body.max_credits : undefined;
  return typeof limit === 'number' ? limit : undefined;
}

/** What a checked body has besides its input. */
export function readEnvelope(body: Json): {
  callbackUrl: string | null;
  metadata: string | null;
} {
  const { callback_url: callbackUrl, metadata } = isObject(body) ? withoutNulls(body) : {};
  return {
    callbackUrl: typeof callbackUrl === 'string' && callbackUrl !== '' ? callbackUrl : null,
    metadata: writeMetadata(metadata),
  };
}
