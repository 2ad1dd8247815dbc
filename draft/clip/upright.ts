// Draws frames of a clip the right way up, cropped to fill a size.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { drawPixels, makeCanvas, readPixels, type Size } from '../effects/picture.ts';
import type { Photo } from '../photo/photo.ts';
import { findPeople } from '../photo/segment.ts';
import type { ClipPicture } from './clip.ts';

/** The sides of a frame once it is upright. */
export function uprightSize({ width, height, rotation }: ClipPicture): Size {
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** Fills the canvas of the context with the middle of a frame, upright. */
export function drawUpright(context: SKRSContext2D, picture: ClipPicture, size: Size): void {
  const source: Canvas = drawPixels(picture.rgba, picture);
  const upright = uprightSize(picture);
  const scale = Math.max(size.width / upright.width, size.height / upright.height);
  context.save();
  context.imageSmoothingQuality = 'high';
  context.translate(size.width / 2, size.height / 2);
  context.rotate((picture.rotation * Math.PI) / 180);
  context.scale(scale, scale);
  context.drawImage(source, -picture.width / 2, -picture.height / 2);
  context.restore();
}

/** The pixels of a frame, upright and cropped to fill a size. */
export function readUpright(picture: ClipPicture, size: Size): Uint8ClampedArray {
  if (picture.rotation === 0 && picture.width === size.width && picture.height === size.height) {
    return picture.rgba;
  }
  const canvas = makeCanvas(size);
  drawUpright(canvas.getContext('2d'), picture, size);
  return readPixels(canvas);
}

/** A frame as a photo of its own, with its people found, no larger than a side. */
export function toPhoto(picture: ClipPicture, sideMax: number): Photo {
  const upright = uprightSize(picture);
  const scale = Math.min(1, sideMax / Math.max(upright.width, upright.height));
  const size = {
    width: Math.max(1, Math.round(upright.width * scale)),
    height: Math.max(1, Math.round(upright.height * scale)),
  };
  const pixels = { ...size, rgba: readUpright(picture, size) };
  return { ...pixels, ...findPeople(pixels) };
}
