// A cube of photos turns face by face over a dark mirror floor, with true perspective and light that slides over it.
import type { Canvas } from '@napi-rs/canvas';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeDust, makeVignette } from './finish.ts';
import { easeInOut, mix } from './motion.ts';
import {
  blurCanvas,
  drawPixels,
  fitPhoto,
  makeCanvas,
  type Picture,
  type Size,
  wrapPixels,
} from './picture.ts';
import { sampleSmooth, viewWords } from './sample.ts';

type Vector = readonly [number, number, number];

/** A square in the camera's space: x right, y down, z away. Points are `corner + u * right + v * down`, u and v 0 to 1. */
interface Face {
  picture: Picture;
  corner: Vector;
  right: Vector;
  down: Vector;
  /** Brightness, 1 as the photo is. */
  light: number;
  /** Place of the sheen across the face, in u. */
  sheen: number;
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

interface Lens {
  size: Size;
  /** Distance from eye to picture plane in pixels. */
  focal: number;
  centreX: number;
  centreY: number;
}

/** The part of the frame that a face can cover. */
function boundFace(face: Face, lens: Lens): { left: number; top: number; right: number; bottom: number } {
  const xs: number[] = [];
  const ys: number[] = [];
  for (const [u, v] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]) {
    const at = (axis: 0 | 1 | 2) => face.corner[axis] + u * face.right[axis] + v * face.down[axis];
    xs.push(lens.centreX + (at(0) / at(2)) * lens.focal);
    ys.push(lens.centreY + (at(1) / at(2)) * lens.focal);
  }
  return {
    left: clamp(Math.floor(Math.min(...xs)) - 1, 0, lens.size.width),
    top: clamp(Math.floor(Math.min(...ys)) - 1, 0, lens.size.height),
    right: clamp(Math.ceil(Math.max(...xs)) + 1, 0, lens.size.width),
    bottom: clamp(Math.ceil(Math.max(...ys)) + 1, 0, lens.size.height),
  };
}

/** Colour of a face at (u, v): the photo, lit, with a pale frame and a soft sheen. */
function shadeFace(face: Face, words: Uint32Array, u: number, v: number): number {
  const side = (face.picture.width - 1) * 256;
  const color = sampleSmooth(words, face.picture, (u * side) | 0, (v * side) | 0);
  const rim = Math.min(u, 1 - u, v, 1 - v);
  const across = Math.abs(u + v * 0.35 - face.sheen);
  const glow = (rim < 0.014 ? 120 : 0) + (across < 0.22 ? 56 * (1 - across / 0.22) ** 2 : 0);
  const red = Math.min(255, (color & 255) * face.light + glow);
  const green = Math.min(255, ((color >>> 8) & 255) * face.light + glow);
  const blue = Math.min(255, ((color >>> 16) & 255) * face.light + glow * 1.1);
  return (red & 255) | ((green & 255) << 8) | ((blue & 255) << 16);
}

/**
 * Draws a face by asking for every pixel where its ray meets the square (a 3 x 3 system, solved once a face). The border
 * fades over a pixel; where two faces meet, the one already there shows through and no gap opens.
 */
function paintFace(out: Uint32Array, face: Face, lens: Lens): void {
  const { corner, right, down } = face;
  const forU = cross(down, corner);
  const forV = cross(corner, right);
  const forW = cross(right, down);
  if (dot(right, forU) === 0) return;
  const bounds = boundFace(face, lens);
  const words = viewWords(face.picture.rgba);
  const spanPx = Math.max(8, bounds.right - bounds.left);
  for (let y = bounds.top; y < bounds.bottom; y++) {
    const ray: Vector = [bounds.left - lens.centreX, y - lens.centreY, lens.focal];
    let [u0, v0, w0] = [dot(forU, ray), dot(forV, ray), dot(forW, ray)];
    for (let x = bounds.left; x < bounds.right; x++) {
      const u = u0 / w0;
      const v = v0 / w0;
      u0 += forU[0];
      v0 += forV[0];
      w0 += forW[0];
      const inside = Math.min(u, 1 - u, v, 1 - v) * spanPx;
      if (inside < -0.5) continue;
      const at = y * lens.size.width + x;
      const alpha = Math.min(255, (inside + 0.5) * 255);
      const color = shadeFace(face, words, clamp(u, 0, 1), clamp(v, 0, 1));
      out[at] = (color | (Math.max(alpha, out[at] >>> 24) << 24)) >>> 0;
    }
  }
}

/** A quarter turn with a rest on each face. */
function readTurn(part: number, turns: number): number {
  const at = part * turns;
  const step = Math.floor(at);
  return step + easeInOut(clamp((at - step - 0.16) / 0.84, 0, 1));
}

interface Cube {
  pictures: Picture[];
  /** Half the side, in pixels at the picture plane. */
  half: number;
}

/** The faces to be seen when the cube has turned by `turn` quarters and the camera looks down on it by `tilt`. */
function listFaces(cube: Cube, pose: { turn: number; tilt: number; distance: number }): Face[] {
  const { half, pictures } = cube;
  const cosTilt = Math.cos(pose.tilt);
  const sinTilt = Math.sin(pose.tilt);
  const toCamera = ([x, y, z]: Vector, offset: number): Vector => [
    x,
    y * cosTilt - z * sinTilt,
    y * sinTilt + z * cosTilt + offset,
  ];
  const faces: Face[] = [];
  const near = Math.floor(pose.turn);
  for (let quarter = near - 1; quarter <= near + 2; quarter++) {
    const angle = (quarter - pose.turn) * (Math.PI / 2);
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const right = toCamera([2 * half * cos, 0, 2 * half * sin], 0);
    const down = toCamera([0, 2 * half, 0], 0);
    const middle: Vector = [half * sin, -half, -half * cos];
    const corner = toCamera([middle[0] - half * cos, middle[1], middle[2] - half * sin], pose.distance);
    // A face is seen when the eye lies on its outer side.
    if (dot(cross(right, down), corner) <= 0) continue;
    const picture = pictures[((quarter % pictures.length) + pictures.length) % pictures.length];
    faces.push({
      picture,
      corner,
      right,
      down,
      light: 0.34 + 0.72 * Math.max(0, cos) ** 1.2,
      sheen: 0.6 - angle * 1.1,
    });
  }
  const spin = -pose.turn * (Math.PI / 2);
  const [sin, cos] = [Math.sin(spin), Math.cos(spin)];
  const lid = toCamera([-half * cos + half * sin, -half, -half * sin - half * cos], 0);
  const far: Vector = toCamera([-half * cos - half * sin, -half, -half * sin + half * cos], pose.distance);
  const towards: Vector = [lid[0] - far[0], lid[1] - far[1], lid[2] + pose.distance - far[2]];
  const across = toCamera([2 * half * cos, 0, 2 * half * sin], 0);
  faces.push({
    picture: pictures[pictures.length - 1],
    corner: far,
    right: across,
    down: towards,
    light: 0.5,
    sheen: 2,
  });
  return faces;
}

/** Height on the frame of the front face's lower edge. */
function readFootY(half: number, tilt: number, distance: number, lens: Lens): number {
  const [sin, cos] = [Math.sin(tilt), Math.cos(tilt)];
  return lens.centreY + ((half * cos + half * sin) * lens.focal) / (distance + half * sin - half * cos);
}

/** Soft, dark copies of the photos, to stand far behind their faces. */
function makeBackdrops(pictures: Picture[], stage: Stage): Canvas[] {
  return pictures.map((picture) => {
    const small = blurCanvas(drawPixels(picture.rgba, picture), picture.width / 9);
    const canvas = makeCanvas({ width: stage.width / 4, height: stage.height / 4 });
    const context = canvas.getContext('2d');
    const side = Math.max(canvas.width, canvas.height) * 1.1;
    context.drawImage(small, (canvas.width - side) / 2, (canvas.height - side) / 2, side, side);
    const shade = context.createLinearGradient(0, 0, 0, canvas.height);
    shade.addColorStop(0, 'rgba(6,6,16,0.42)');
    shade.addColorStop(0.68, 'rgba(6,6,16,0.08)');
    shade.addColorStop(0.72, 'rgba(4,4,10,0.78)');
    shade.addColorStop(1, 'rgba(2,2,6,0.94)');
    context.fillStyle = shade;
    context.fillRect(0, 0, canvas.width, canvas.height);
    return canvas;
  });
}

export function preparePhotoCube(photos: Photo[], stage: Stage): Painter {
  const unit = Math.min(stage.width, stage.height);
  const half = unit * 0.29;
  const side = Math.round(half * 2);
  const pictures = photos.slice(0, 6).map((photo) => fitPhoto(photo, { width: side, height: side }));
  const backdrops = makeBackdrops(pictures, stage);
  const turns = Math.max(3, pictures.length);
  const out = new Uint8ClampedArray(stage.width * stage.height * 4);
  const words = viewWords(out);
  const image = wrapPixels(out, stage);
  const layer = makeCanvas(stage);
  const bloom = makeBloom(stage, 0.35);
  const dust = makeDust(stage, { seed: stage.seed, count: 50, rgb: '210,225,255', strength: 0.5 });
  const vignette = makeVignette(stage, 0.65);
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const turn = readTurn(part, turns);
    const hover = Math.sin(timeSeconds * 1.7) * unit * 0.012;
    const lens: Lens = {
      size: stage,
      focal: unit * 1.5,
      centreX: stage.width / 2,
      centreY: stage.height * 0.455 + hover,
    };
    const distance = unit * mix(1.62, 1.46, Math.sin(part * Math.PI) * stage.movement);
    words.fill(0);
    const tilt = 0.2 + 0.05 * Math.sin(timeSeconds * 0.9);
    for (const face of listFaces({ pictures, half }, { turn, tilt, distance })) paintFace(words, face, lens);
    layer.getContext('2d').putImageData(image, 0, 0);
    const shown = Math.floor(turn);
    context.drawImage(backdrops[shown % backdrops.length], 0, 0, stage.width, stage.height);
    context.globalAlpha = turn - shown;
    context.drawImage(backdrops[(shown + 1) % backdrops.length], 0, 0, stage.width, stage.height);
    const floor = readFootY(half, tilt, distance, lens);
    context.save();
    context.beginPath();
    context.rect(0, floor - unit * 0.04, stage.width, stage.height);
    context.clip();
    context.globalAlpha = 0.24;
    context.translate(0, floor * 2);
    context.scale(1, -1);
    context.drawImage(layer, 0, 0);
    context.restore();
    context.globalAlpha = 1;
    context.drawImage(layer, 0, 0);
    bloom(context, timeSeconds);
    dust(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
