// Photos made ready to draw with: cropped to the stage, cut out, their background filled. The costly part of most
// effects, done once in `prepare`.
import { type Canvas, createCanvas, ImageData } from '@napi-rs/canvas';
import { smoothStep } from '../paint/noise.ts';
import { fillUnknown } from '../photo/fill.ts';
import type { Photo } from '../photo/photo.ts';
import { blurWide, clamp, fromBytes, toBytes } from '../photo/plane.ts';

export interface Size {
  width: number;
  height: number;
}

/** A photo cropped to fill a size exactly. */
export interface Picture extends Size {
  rgba: Uint8ClampedArray;
  /** As of the photo: people, 0 to 255; absent where none are seen. */
  mask?: Uint8Array;
  /** Where to look, in pixels: the face side of the people, or the middle. */
  focusX: number;
  focusY: number;
}

export function makeCanvas(size: Size): Canvas {
  return createCanvas(Math.max(1, Math.round(size.width)), Math.max(1, Math.round(size.height)));
}

/** A canvas that holds the given pixels. */
export function drawPixels(rgba: Uint8ClampedArray, size: Size): Canvas {
  const canvas = makeCanvas(size);
  canvas.getContext('2d').putImageData(wrapPixels(rgba, size), 0, 0);
  return canvas;
}

/** Pixels as `putImageData` takes them; drawing again after a change to `rgba` draws the change. */
export function wrapPixels(rgba: Uint8ClampedArray, size: Size): ImageData {
  return new ImageData(rgba, size.width, size.height);
}

export function readPixels(canvas: Canvas): Uint8ClampedArray {
  return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data as Uint8ClampedArray;
}

/** Where a photo's people look out, as parts of its sides; of a photo without people, a little above the middle. */
function findFocus(photo: Photo): { x: number; y: number } {
  if (photo.mask === undefined) return { x: 0.5, y: 0.46 };
  const { box } = photo;
  return { x: (box.x + box.width / 2) / photo.width, y: (box.y + box.height * 0.3) / photo.height };
}

/** Crops and scales a photo to fill `size`, keeping its focus as near to the middle (a little above) as it can be. */
export function fitPhoto(photo: Photo, size: Size): Picture {
  const { width, height } = size;
  const scale = Math.max(width / photo.width, height / photo.height);
  const focus = findFocus(photo);
  const left = clamp(width / 2 - focus.x * photo.width * scale, width - photo.width * scale, 0);
  const top = clamp(height * 0.42 - focus.y * photo.height * scale, height - photo.height * scale, 0);
  const place = (rgba: Uint8ClampedArray): Uint8ClampedArray => {
    const canvas = makeCanvas(size);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(drawPixels(rgba, photo), left, top, photo.width * scale, photo.height * scale);
    return readPixels(canvas);
  };
  const fitted: Picture = {
    width,
    height,
    rgba: makeOpaque(place(photo.rgba)),
    focusX: left + focus.x * photo.width * scale,
    focusY: top + focus.y * photo.height * scale,
  };
  if (photo.mask !== undefined) {
    const alpha = new Uint8ClampedArray(photo.mask.length * 4);
    for (let i = 0; i < photo.mask.length; i++) alpha[i * 4 + 3] = photo.mask[i];
    const placed = place(alpha);
    fitted.mask = new Uint8Array(width * height);
    for (let i = 0; i < fitted.mask.length; i++) fitted.mask[i] = placed[i * 4 + 3];
  }
  return fitted;
}

/** Scaling may leave the outermost pixels a shade see-through. */
function makeOpaque(rgba: Uint8ClampedArray): Uint8ClampedArray {
  for (let p = 3; p < rgba.length; p += 4) rgba[p] = 255;
  return rgba;
}

/**
 * The people alone, with alpha. Half-covered pixels take their colour from the people's own, so that no rim of the old
 * background goes along. Of a picture without people: the whole picture.
 */
export function cutOut(picture: Picture): Uint8ClampedArray {
  const { mask, rgba } = picture;
  if (mask === undefined) return rgba.slice();
  const sure = mask.map((alpha) => (alpha >= 250 ? 255 : 0));
  const own = fillUnknown(picture, sure, mask);
  const out = new Uint8ClampedArray(rgba.length);
  for (let i = 0, p = 0; i < mask.length; i++, p += 4) {
    const alpha = mask[i];
    const foreign = 1 - alpha / 255;
    for (let c = 0; c < 3; c++) out[p + c] = rgba[p + c] + (own[p + c] - rgba[p + c]) * foreign;
    out[p + 3] = alpha;
  }
  return out;
}

/** The picture as if the people were not there. Of a picture without people: the picture. */
export function fillBackdrop(picture: Picture): Uint8ClampedArray {
  const { mask } = picture;
  if (mask === undefined) return picture.rgba.slice();
  // The mask ends inside the soft border of hair and cloth; a generous margin keeps that border out of the filling.
  const margin = Math.max(picture.width, picture.height) / 70;
  const wide = blurWide(fromBytes(mask, picture), margin);
  for (let i = 0; i < wide.data.length; i++) wide.data[i] = 1 - smoothStep(0.005, 0.06, wide.data[i]);
  return fillUnknown(picture, toBytes(wide));
}

/** A blurred copy, through a small canvas: as soft and several times cheaper. The radius is in pixels of the source. */
export function blurCanvas(source: Canvas, radiusPx: number): Canvas {
  const shrink = clamp(radiusPx / 3, 1, 8);
  const small = makeCanvas({ width: source.width / shrink, height: source.height / shrink });
  const smallContext = small.getContext('2d');
  smallContext.imageSmoothingQuality = 'high';
  smallContext.drawImage(source, 0, 0, small.width, small.height);
  const soft = makeCanvas(small);
  const softContext = soft.getContext('2d');
  softContext.filter = `blur(${(radiusPx / shrink).toFixed(2)}px)`;
  // Drawn larger than the canvas first, so that the blur finds picture, not emptiness, beyond the borders.
  const bleed = Math.ceil((2 * radiusPx) / shrink);
  softContext.drawImage(small, -bleed, -bleed, small.width + 2 * bleed, small.height + 2 * bleed);
  softContext.drawImage(small, 0, 0);
  const out = makeCanvas(source);
  const context = out.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(soft, 0, 0, out.width, out.height);
  return out;
}
