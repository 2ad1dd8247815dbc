// Judges the body of a create as Replicate does: unknown members beside `input` are faults, and so is an
// input that the schema of the model does not accept
// (https://replicate.com/changelog/2024-05-01-improved-validation-for-api-prediction-payloads).
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { type Reply, replyJson } from '../core/exchange.ts';
import { checkFields, type FieldFault, type FieldRules } from '../core/fields.ts';
import { REPLICATE_MODELS, type ReplicateModel } from './models.ts';

export interface ReplicateOrder {
  /** `owner/name`. */
  name: string;
  /** As answered: official models do not show theirs. */
  version: string;
  input: JsonObject;
  callbackUrl: string | undefined;
}

const EVENTS = ['start', 'output', 'logs', 'completed'];

const isAddress = (value: Json) =>
  /^https?:\/\//.test(String(value)) && URL.canParse(String(value))
    ? undefined
    : "Does not match format 'uri'";

const BODY: FieldRules = {
  input: { type: 'object', required: true },
  version: { type: 'string' },
  webhook: { type: 'string', check: isAddress },
  webhook_events_filter: { type: 'array', items: { type: 'string', values: EVENTS } },
  stream: { type: 'boolean' },
};

/** Problem details. */
export function refuse(status: number, title: string, detail: string): Reply {
  return replyJson({ title, detail, status }, status);
}

export const NOT_FOUND = refuse(404, 'Not found', 'The requested resource could not be found.');

const NO_VERSION = refuse(
  422,
  'Invalid version or not permitted',
  "The specified version does not exist (or perhaps you don't have permission to use it?)",
);

const FAULT_TYPES = {
  missing: 'required',
  unknown: 'additional_property_not_allowed',
  type: 'invalid_type',
  value: 'invalid_value',
} as const;

function refuseFaults(faults: readonly FieldFault[]): Reply {
  const lines = faults.map(({ field, message }) => `- ${field}: ${message}\n`);
  return replyJson(
    {
      title: 'Input validation failed',
      detail: lines.join(''),
      status: 422,
      invalid_fields: faults.map(({ field, problem, message: description }) => ({
        type: FAULT_TYPES[problem],
        field,
        description,
      })),
    },
    422,
  );
}

/** @param name of an official model, in the path; undefined for creates by version. */
export function readOrder(body: Json | undefined, name: string | undefined): ReplicateOrder | Reply {
  if (!isObject(body)) return refuse(400, 'Bad request', 'The body is not a JSON object');
  const known = findModel(name, body.version);
  if (!known) return name === undefined ? NO_VERSION : NOT_FOUND;
  const rules = { ...BODY, input: { ...BODY.input, fields: known.model.input } };
  const faults = checkFields(body, rules);
  if (faults.length > 0) return refuseFaults(faults);
  return {
    name: known.name,
    version: name === undefined ? known.model.version : 'hidden',
    input: isObject(body.input) ? body.input : {},
    callbackUrl: typeof body.webhook === 'string' ? body.webhook : undefined,
  };
}

function findModel(
  name: string | undefined,
  version: Json | undefined,
): { name: string; model: ReplicateModel } | undefined {
  const found = Object.entries(REPLICATE_MODELS).find(([own, model]) =>
    name === undefined ? model.version === version : own === name,
  );
  return found && { name: found[0], model: found[1] };
}
