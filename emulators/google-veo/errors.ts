// How the Gemini API words its refusals: https://google.aip.dev/193 and
// https://ai.google.dev/gemini-api/docs/troubleshooting.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';

export type Refusal =
  | { status: 400; kind: 'argument'; message: string }
  | { status: 400; kind: 'bad-key' }
  | { status: 403; kind: 'no-key' }
  | { status: 403; kind: 'no-file'; name: string }
  | { status: 404; kind: 'no-model'; name: string }
  | { status: 404; kind: 'no-operation' }
  | { status: 429; kind: 'rate' };

interface Words {
  status: string;
  message: string;
  details?: Json[];
}

/** A wrong key is reported as a wrong argument; only the details say what it is. */
const BAD_KEY: Words = {
  status: 'INVALID_ARGUMENT',
  message: 'API key not valid. Please pass a valid API key.',
  details: [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    },
  ],
};

const RATE: Words = {
  status: 'RESOURCE_EXHAUSTED',
  message: 'You exceeded your current quota, please check your plan and billing details.',
  details: [
    {
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [{ quotaId: 'PredictLongRunningRequestsPerMinutePerProjectPerModel' }],
    },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '30s' },
  ],
};

function choose(refusal: Refusal): Words {
  switch (refusal.kind) {
    case 'argument':
      return { status: 'INVALID_ARGUMENT', message: refusal.message };
    case 'bad-key':
      return BAD_KEY;
    case 'no-key':
      return {
        status: 'PERMISSION_DENIED',
        message: "Method doesn't allow unregistered callers. Please use API Key to call this API.",
      };
    case 'no-file':
      return {
        status: 'PERMISSION_DENIED',
        message: `You do not have permission to access the File ${refusal.name} or it may not exist.`,
      };
    case 'no-model':
      return {
        status: 'NOT_FOUND',
        message: `models/${refusal.name} is not found for API version v1beta, or is not supported for predictLongRunning.`,
      };
    case 'no-operation':
      return { status: 'NOT_FOUND', message: 'Requested entity was not found.' };
    case 'rate':
      return RATE;
  }
}

/** The body of an answer. */
export function explainRefusal(refusal: Refusal): JsonObject {
  const { status, message, details } = choose(refusal);
  return { error: { code: refusal.status, message, status, ...(details ? { details } : {}) } };
}
