// Errors in fal's two forms: a sentence with `error_type` from the platform
// (https://fal.ai/docs/documentation/model-apis/request-errors), and a list of faults from a model
// (…/errors), read 2026-11-21.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { type Reply, replyJson } from '../core/exchange.ts';
import type { FieldFault } from '../core/fields.ts';

/** By `error_type`. */
const PLATFORM_STATUS: Readonly<Record<string, number>> = {
  request_timeout: 504,
  startup_timeout: 504,
  runner_scheduling_failure: 503,
  runner_connection_timeout: 503,
  runner_disconnected: 503,
  runner_connection_refused: 503,
  runner_connection_error: 503,
  runner_incomplete_response: 502,
  runner_server_error: 500,
  client_disconnected: 499,
  client_cancelled: 499,
  bad_request: 400,
  internal_error: 500,
};

/** By the `type` of a fault; any other is 422. */
const MODEL_STATUS: Readonly<Record<string, number>> = {
  internal_server_error: 500,
  generation_timeout: 504,
  downstream_service_error: 400,
  downstream_service_unavailable: 500,
};

const FAULT_TYPES = { missing: 'missing', unknown: 'extra_forbidden', value: 'value_error' } as const;

/** Real models sometimes accept unknown fields; a strict stand-in shows what was sent in vain. */
export function describeFaults(faults: readonly FieldFault[], input: JsonObject): JsonObject {
  return {
    detail: faults.map(({ field, problem, message }) => ({
      loc: ['body', ...field.split('.')],
      msg: problem === 'missing' ? 'Field required' : message,
      type: problem === 'type' ? 'type_error' : FAULT_TYPES[problem],
      input: input[field.split('.')[0]] ?? null,
    })),
  };
}

export function refuse(status: number, detail: Json): Reply {
  return replyJson({ detail }, status);
}

/** The platform API uses other words. */
export function refusePlatform(status: number, type: string, message: string): Reply {
  return replyJson({ error: { type, message } }, status);
}

/** How the result of a failed run is answered: with the run's own status and body. */
export function replyRun(error: Json | undefined): Reply {
  const body =
    isObject(error) && error.detail !== undefined ? error : { detail: error ?? 'Internal Server Error' };
  const { detail, error_type: type } = body;
  if (typeof type === 'string') {
    return replyJson(body, PLATFORM_STATUS[type] ?? 500, { 'x-fal-error-type': type });
  }
  const first = Array.isArray(detail) ? detail[0] : undefined;
  const status = isObject(first) ? (MODEL_STATUS[String(first.type)] ?? 422) : 500;
  return replyJson(body, status, { 'x-fal-retryable': String(status >= 500) });
}
