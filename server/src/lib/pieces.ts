// Reads files of any size in little memory.
import { open } from 'node:fs/promises';

/** Of a piece, at most. */
export const PIECE_BYTES = 64 * 1024;

/**
 * Reads a file piece by piece into one buffer, whose content is gone when `take` has resolved. A stream would make a new
 * buffer for each piece, and V8 collects dead ones outside its heap late: tens of megabytes of them for one large file.
 */
export async function eachPiece(path: string, take: (piece: Buffer) => Promise<void> | void): Promise<void> {
  const handle = await open(path);
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, PIECE_BYTES, null);
      if (bytesRead === 0) return;
      await take(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
