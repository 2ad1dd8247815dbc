// The codings of a body (RFC 9110, section 8.4). Reelay never requests one, but some hosts send one anyway, and
// object stores repeat words that are no coding, such as `aws-chunked` or `UTF-8`. It must never unpack without a
// limit.
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
]);

/** The codings in a `Content-Encoding` that a body may really have; words that name none are left out. */
export function readCodings(header: string | undefined): Coding[] {
  const words = (header ?? '').split(',').map((word) => word.trim().toLowerCase());
  return words.flatMap((word) => CODINGS.get(word) ?? []);
}

/** Whether bytes begin as this coding does. The header is only a claim; the bytes decide where they can. */
export function beginsAs(coding: Coding, head: Buffer): boolean {
  switch (coding) {
    case 'gzip':
      return head[0] === 0x1f && (head.length < 2 || head[1] === 0x8b);
    case 'deflate':
      // RFC 1950: the method is 8, and the first two bytes are a multiple of 31.
      return (head[0] & 0x0f) === 8 && (head.length < 2 || head.readUInt16BE(0) % 31 === 0);
    case 'zstd':
      return head[0] === 0x28 && (head.length < 2 || head[1] === 0xb5);
    case 'br':
      // Brotli has no first bytes of its own.
      return true;
  }
}

/** Unpacks one coding. It fails if the bytes are cut off or are not in this coding. */
export function createDecoder(coding: Coding): Transform {
  switch (coding) {
    case 'gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
  }
}

/** Of what little may become without a question. */
const FREE_BYTES = 1024 * 1024;
/** Texts shrink to a twentieth; a hundredth is a bomb. */
const RATIO_MAX = 100;

/** Whether a body grew so much that it was made to fill the disk. */
export function isBomb(unpackedBytes: number, receivedBytes: number): boolean {
  return unpackedBytes > FREE_BYTES && unpackedBytes > receivedBytes * RATIO_MAX;
}
