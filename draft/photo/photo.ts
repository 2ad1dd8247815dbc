// What the drawing side knows of a user's picture. Plain buffers only, so that a photo can cross into a worker thread.

/** A rectangle in pixels of the photo. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A decoded picture at working size. Never holds anything of the file but its pixels. */
export interface Photo {
  width: number;
  height: number;
  /** Opaque sRGB, four bytes a pixel. */
  rgba: Uint8ClampedArray;
  /** Alpha of the people in the picture, 0 to 255, one byte a pixel; absent where none is clearly seen. */
  mask?: Uint8Array;
  /** Part of the picture that people cover, 0 to 1; 0 where none is clearly seen. */
  personShare: number;
  /** Around the people, or the whole picture where there are none. */
  box: Box;
}

/** A picture that cannot be used. The message is for the user: which picture, what was wrong, what to do. */
export class PhotoError extends Error {
  readonly reason = 'input' as const;
  override readonly name = 'PhotoError';
}
