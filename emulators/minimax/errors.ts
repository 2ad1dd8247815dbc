// How MiniMax words a refusal: one code for both versions of the API, with HTTP 200 in the first and its own
// status in the second. https://platform.minimax.io/docs/api-reference/errorcode and
// .../video-generation-v2-create, read 2026-11-21.
import type { JsonObject } from '../../server/src/lib/json.ts';
import { type Reply, replyJson } from '../core/exchange.ts';
import type { RandomIds } from '../core/random.ts';

export interface MinimaxError {
  code: number;
  message: string;
}

/** `base_resp` of the first version. */
export function baseResp({ code, message }: MinimaxError = { code: 0, message: 'success' }): JsonObject {
  return { base_resp: { status_code: code, status_msg: message } };
}

/** A refusal of the first version. @param fields that its good answer has, empty. */
export function refuseFirst(error: MinimaxError, fields: JsonObject = {}): Reply {
  return replyJson({ ...fields, ...baseResp(error) });
}

const KINDS: Readonly<Record<number, readonly [number, string]>> = {
  1002: [429, 'rate_limit_error'],
  1004: [401, 'authorized_error'],
  1008: [402, 'insufficient_balance_error'],
  1026: [422, 'unprocessable_entity_error'],
  2013: [400, 'bad_request_error'],
};

/** A refusal of the second version. */
export function refuseSecond({ code, message }: MinimaxError, random: RandomIds): Reply {
  const [status, type] = KINDS[code] ?? [500, 'server_error'];
  const error = { type, message: `${message} (${code})`, http_code: String(status) };
  return replyJson({ type: 'error', error, request_id: random.hex(32) }, status);
}

export function invalid(message: string): MinimaxError {
  return { code: 2013, message: `invalid params, ${message}` };
}
