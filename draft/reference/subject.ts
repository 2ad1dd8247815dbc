// A person cut out of a photo and made to belong to a scene: old background out of the edges, the scene's light on the
// body, coloured light round it. All pixel work happens once here; a frame only draws the finished sprites.
import type { Canvas } from '@napi-rs/canvas';
import { cutOut, drawPixels, makeCanvas, readPixels, type Size, wrapPixels } from '../effects/picture.ts';
import type { Rgb } from '../paint/color.ts';
import { smoothStep } from '../paint/noise.ts';
import { blurPlane, clamp, type Plane } from '../photo/plane.ts';
import { brightnessOf, type SceneLight } from './scene-light.ts';
import type { PersonPhoto, SubjectFrame } from './subject-frame.ts';

/** The sprites of one person; all cover the same rectangle, at different resolutions. */
export interface Subject {
  width: number;
  height: number;
  body: Canvas;
  /** White where the body's border is: where light of the scene spills over it. */
  border: Canvas;
  /** Soft silhouette, black: shade behind and below. It is `shadeSpread` larger on each side. */
  shade: Canvas;
  shadeSpread: number;
}

/** How far the mask is drawn in, so that the last trace of the old background falls outside. */
function tighten(alpha: number): number {
  return Math.round(255 * smoothStep(0.3, 0.94, alpha / 255));
}

/** The person of the photo, at the wanted size, not yet lit. */
function cutAndScale(photo: PersonPhoto, frame: SubjectFrame, size: Size): Canvas {
  const tight = photo.mask.map(tighten);
  const picture = {
    width: photo.width,
    height: photo.height,
    rgba: photo.rgba,
    mask: tight,
    focusX: 0,
    focusY: 0,
  };
  const source = drawPixels(cutOut(picture), photo);
  const canvas = makeCanvas(size);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, frame.x, frame.y, frame.width, frame.height, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function alphaPlane(rgba: Uint8ClampedArray, { width, height }: Size): Plane {
  const data = new Float32Array(width * height);
  for (let index = 0; index < data.length; index += 1) data[index] = rgba[index * 4 + 3]! / 255;
  return { width, height, data };
}

interface Grade {
  exposure: number;
  /** Factors for red, green and blue at the left border, and at the right one. */
  left: Rgb;
  right: Rgb;
  ground: Rgb;
}

/** Factors that give grey the colour's hue, as far as `share` says. */
function tintFactors(color: Rgb, share: number): Rgb {
  const grey = Math.max(8, brightnessOf(color) * 255);
  const factor = (channel: number): number => 1 + (clamp(channel / grey, 0.35, 1.9) - 1) * share;
  return [factor(color[0]), factor(color[1]), factor(color[2])];
}

function planGrade(light: SceneLight): Grade {
  const ambient = tintFactors(light.ambient, 0.15);
  const side = (color: Rgb, share: number): Rgb => {
    const tint = tintFactors(color, 0.12 * share);
    return [ambient[0] * tint[0], ambient[1] * tint[1], ambient[2] * tint[2]];
  };
  return {
    // Faces stay readable by night: dark scenes pull the exposure down by a third, not by what a meter would say.
    exposure: clamp(0.6 + 0.66 * light.brightness, 0.62, 1.05),
    left: side(light.left, light.leftShare),
    right: side(light.right, light.rightShare),
    ground: tintFactors(light.ground, 0.5),
  };
}

/** Grades the body from side to side and lets it sink into the ground's colour below. Works in place. */
function gradeBody(rgba: Uint8ClampedArray, { width, height }: Size, grade: Grade): void {
  const { exposure, left, right, ground } = grade;
  for (let y = 0; y < height; y += 1) {
    const sink = smoothStep(0.5, 1.02, y / height) * 0.5;
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      if (rgba[at + 3] === 0) continue;
      const across = x / width;
      for (let channel = 0; channel < 3; channel += 1) {
        const tint = left[channel]! + (right[channel]! - left[channel]!) * across;
        const lit = (rgba[at + channel]! / 255) * exposure * tint;
        // Darker scenes have deeper shadows: bends the lower half of the curve down, keeps the whites.
        const deep = lit * (0.82 + 0.18 * Math.min(1, lit * 1.6));
        rgba[at + channel] = 255 * deep * (1 + (ground[channel]! * 0.62 - 1) * sink);
      }
    }
  }
}

interface Rim {
  left: Rgb;
  right: Rgb;
  leftStrength: number;
  rightStrength: number;
  topStrength: number;
}

function planRim(light: SceneLight): Rim {
  // By day the sky lights everything and a rim looks cut out; by night it is what makes a figure part of the place.
  const strength = 0.34 + 0.66 * (1 - smoothStep(0.12, 0.5, light.brightness));
  return {
    left: light.left,
    right: light.right,
    leftStrength: strength * light.leftShare,
    rightStrength: strength * light.rightShare,
    topStrength: strength * 0.4,
  };
}

/**
 * Adds light along the border: a blurred mask is read as a rounded body, whose slope says which way each border pixel
 * faces. Works in place.
 */
function addRim(rgba: Uint8ClampedArray, mask: Plane, rim: Rim): void {
  const { width, height } = mask;
  const radius = Math.max(2, height / 60);
  const round = blurPlane(blurPlane(mask, radius), radius);
  for (let y = 1; y < height - 1; y += 1) {
    const low = 1 - smoothStep(0.72, 1, y / height);
    for (let x = 1; x < width - 1; x += 1) {
      const index = y * width + x;
      const solid = round.data[index]!;
      if (solid > 0.985 || mask.data[index] === 0) continue;
      const slopeX = round.data[index + 1]! - round.data[index - 1]!;
      const slopeY = round.data[index + width]! - round.data[index - width]!;
      const steep = Math.hypot(slopeX, slopeY) + 1e-5;
      const edge = (1 - smoothStep(0.5, 0.97, solid)) * low;
      const fromLeft = Math.max(0, slopeX / steep) ** 1.4 * rim.leftStrength;
      const fromRight = Math.max(0, -slopeX / steep) ** 1.4 * rim.rightStrength;
      const fromTop = Math.max(0, slopeY / steep) * rim.topStrength;
      addLight(rgba, index * 4, { rim, edge, fromLeft, fromRight, fromTop });
    }
  }
}

interface RimLight {
  rim: Rim;
  edge: number;
  fromLeft: number;
  fromRight: number;
  fromTop: number;
}

function addLight(
  rgba: Uint8ClampedArray,
  at: number,
  { rim, edge, fromLeft, fromRight, fromTop }: RimLight,
): void {
  const own = (rgba[at]! + rgba[at + 1]! + rgba[at + 2]!) / 765;
  // Cloth and hair keep their folds under the light.
  const texture = edge * (0.7 + 0.8 * own);
  for (let channel = 0; channel < 3; channel += 1) {
    const above = (rim.left[channel]! + rim.right[channel]!) / 2;
    const light = rim.left[channel]! * fromLeft + rim.right[channel]! * fromRight + above * fromTop;
    const base = rgba[at + channel]!;
    rgba[at + channel] = base + (255 - base) * Math.min(1, (light / 255) * texture);
  }
}

/** Fades the body out where a side of the photo cuts it, the lower the wider; nothing happens to uncut sides. */
function fadeCuts(
  rgba: Uint8ClampedArray,
  { width, height }: Size,
  { frame, scale }: { frame: SubjectFrame; scale: number },
): void {
  const bottom = frame.y + frame.height;
  const fadeWidth = width * 0.13;
  const reach = frame.height * 0.16;
  for (let y = 0; y < height; y += 1) {
    const row = frame.y + y / scale;
    const widthAt = (cutY: number): number =>
      cutY >= bottom ? 0 : fadeWidth * smoothStep(cutY - reach, cutY + reach, row);
    const leftWidth = widthAt(frame.leftCutY);
    const rightWidth = widthAt(frame.rightCutY);
    if (leftWidth + rightWidth < 0.5) continue;
    for (let x = 0; x < width; x += 1) {
      const fromLeft = leftWidth < 0.5 ? 1 : smoothStep(0, leftWidth, x);
      const fromRight = rightWidth < 0.5 ? 1 : smoothStep(0, rightWidth, width - 1 - x);
      const at = (y * width + x) * 4 + 3;
      rgba[at] = rgba[at]! * fromLeft * fromRight;
    }
  }
}

/** White with the alpha of the border band, at a quarter of the size: light that spills is soft anyway. */
function makeBorder(body: Canvas): Canvas {
  const size = { width: Math.round(body.width / 4), height: Math.round(body.height / 4) };
  const canvas = makeCanvas(size);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(body, 0, 0, canvas.width, canvas.height);
  const rgba = readPixels(canvas);
  const mask = alphaPlane(rgba, canvas);
  const radius = Math.max(1, canvas.height / 45);
  const round = blurPlane(blurPlane(mask, radius), radius);
  for (let index = 0; index < mask.data.length; index += 1) {
    const band = mask.data[index]! * (1 - smoothStep(0.35, 1, round.data[index]!));
    const low = 1 - 0.6 * smoothStep(0.7, 1, index / mask.data.length);
    rgba.fill(255, index * 4, index * 4 + 3);
    rgba[index * 4 + 3] = 255 * band * low;
  }
  context.putImageData(wrapPixels(rgba, canvas), 0, 0);
  return canvas;
}

function makeShade(body: Canvas): { shade: Canvas; shadeSpread: number } {
  const scale = 0.125;
  const spread = body.height * 0.2;
  const canvas = makeCanvas({
    width: (body.width + spread * 2) * scale,
    height: (body.height + spread * 2) * scale,
  });
  const context = canvas.getContext('2d');
  context.drawImage(body, spread * scale, spread * scale, body.width * scale, body.height * scale);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = '#000000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const soft = makeCanvas(canvas);
  const softContext = soft.getContext('2d');
  softContext.filter = `blur(${(spread * scale * 0.26).toFixed(1)}px)`;
  softContext.drawImage(canvas, 0, 0);
  return { shade: soft, shadeSpread: spread };
}

/** Cuts, grades and lights a person for a scene; `width` is the width in stage pixels at which it will be drawn. */
export function prepareSubject(
  photo: PersonPhoto,
  frame: SubjectFrame,
  { width, light }: { width: number; light: SceneLight },
): Subject {
  const scale = width / frame.width;
  const body = cutAndScale(photo, frame, { width, height: frame.height * scale });
  const rgba = readPixels(body);
  const mask = alphaPlane(rgba, body);
  gradeBody(rgba, body, planGrade(light));
  addRim(rgba, mask, planRim(light));
  fadeCuts(rgba, body, { frame, scale });
  body.getContext('2d').putImageData(wrapPixels(rgba, body), 0, 0);
  return { width: body.width, height: body.height, body, border: makeBorder(body), ...makeShade(body) };
}

/**
 * What lies behind a person, as one sprite of the shade's size: a glow of the scene's light round the silhouette, and over
 * it the shade, a little lower. One sprite, since each costs a large draw in every frame.
 */
export function makeBackdrop(subject: Subject, glow: { color: string; alpha: number }): Canvas {
  const { shade } = subject;
  const halo = makeCanvas(shade);
  const haloContext = halo.getContext('2d');
  haloContext.filter = `blur(${(halo.height / 30).toFixed(1)}px)`;
  haloContext.drawImage(shade, 0, 0);
  haloContext.filter = 'none';
  haloContext.globalCompositeOperation = 'source-in';
  haloContext.fillStyle = glow.color;
  haloContext.fillRect(0, 0, halo.width, halo.height);
  const canvas = makeCanvas(shade);
  const context = canvas.getContext('2d');
  context.globalAlpha = glow.alpha;
  context.drawImage(halo, 0, 0);
  context.globalAlpha = 0.42;
  context.drawImage(shade, shade.width * 0.012, shade.height * 0.03);
  return canvas;
}
