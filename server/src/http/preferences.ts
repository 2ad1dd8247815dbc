// The Prefer header of RFC 7240 and the Idempotency-Key header of draft-ietf-httpapi-idempotency-key-header-07.
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';

export const WAIT_SECONDS_MAX = 60;
export const IDEMPOTENCY_KEY_CHARACTERS_MAX = 255;

export interface Preferences {
  /** Seconds to wait for the end of the task; undefined answers at once. */
  waitSeconds?: number;
  /** Unknown fields are refused instead of named in warnings. */
  strict?: boolean;
}

/** Reads the preferences that we know; others are ignored, as the RFC asks, but a malformed known one is refused. */
export function readPreferences(request: FastifyRequest): Preferences {
  const header = request.headers.prefer;
  if (header === undefined) return {};
  const preferences: Preferences = {};
  for (const part of String(header).split(',')) {
    const [name, value = ''] = part
      .split(';')[0]
      .split('=')
      .map((text) => text.trim().replace(/^"(.*)"$/, '$1'));
    if (name.toLowerCase() === 'wait') {
      if (!/^\d{1,4}$/.test(value))
        throw new AppError('validation_failed', { errors: ['Prefer: wait must be a number of seconds'] });
      preferences.waitSeconds = Math.min(Number(value), WAIT_SECONDS_MAX);
    }
    // A word that we do not know leaves the key's own setting as it is.
    const isHandling = name.toLowerCase() === 'handling' && /^(strict|lenient)$/i.test(value);
    if (isHandling) preferences.strict = value.toLowerCase() === 'strict';
  }
  return preferences;
}

/** The key under which a create may be repeated. @throws AppError for an empty, long, doubled or unprintable one. */
export function readIdempotencyKey(request: FastifyRequest): string | undefined {
  const joined = request.headers['idempotency-key'];
  if (joined === undefined) return undefined;
  // A request that never left this process has only the joined form, and one value.
  const distinct: NodeJS.Dict<string[]> | undefined = request.raw.headersDistinct;
  const values = distinct?.['idempotency-key'] ?? [joined].flat();
  const [value] = values;
  const errors: string[] = [];
  if (values.length > 1) errors.push('Idempotency-Key: is given more than once');
  if (!/^[\x20-\x7e]+$/.test(value)) errors.push('Idempotency-Key: must be printable ASCII and not empty');
  if (value.length > IDEMPOTENCY_KEY_CHARACTERS_MAX) {
    errors.push(`Idempotency-Key: must have at most ${IDEMPOTENCY_KEY_CHARACTERS_MAX} characters`);
  }
  if (errors.length > 0) throw new AppError('validation_failed', { errors });
  return value;
}
