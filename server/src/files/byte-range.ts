// Reads the Range header (RFC 9110, section 14). Pure; it must never yield a range outside the file.
import type { ByteRange } from './storage.ts';

/** The part to send, `whole` where the header is absent or to be ignored, or `unsatisfiable` for a 416. */
export type RangeOutcome = ByteRange | 'whole' | 'unsatisfiable';

/**
 * Resolves a Range header against a file's size. Forms that RFC 9110 lets a server ignore are ignored: other
 * units, malformed text, and several ranges in one request, which no player needs.
 */
export function resolveRange(header: string | undefined, sizeBytes: number): RangeOutcome {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.replaceAll(/[ \t]/g, '') ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') return resolveSuffix(Number(last), sizeBytes);
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < start) return 'whole';
  return start < sizeBytes ? { start, end } : 'unsatisfiable';
}

function resolveSuffix(lengthBytes: number, sizeBytes: number): RangeOutcome {
  if (lengthBytes === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, sizeBytes - lengthBytes), end: sizeBytes - 1 };
}
