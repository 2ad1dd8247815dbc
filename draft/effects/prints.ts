// Photos as things: instant prints with a white border, made once as canvases.
import type { Canvas } from '@napi-rs/canvas';
import type { Photo } from '../photo/photo.ts';
import { drawPixels, fitPhoto, makeCanvas } from './picture.ts';

/** Border of a print as a part of its width, and its height as a multiple of its width. */
const BORDER = 0.065;
export const PRINT_RATIO = 1.2;

export interface Print {
  canvas: Canvas;
  /** The same print before its picture has come out. */
  blank: Canvas;
  width: number;
  height: number;
}

/** The people closer, or the middle: what a single photo still has to show. */
export function cropPhoto(photo: Photo, crop: { x: number; y: number; share: number }): Photo {
  const width = Math.max(2, Math.round(photo.width * crop.share));
  const height = Math.max(2, Math.round(photo.height * crop.share));
  const left = Math.round((photo.width - width) * crop.x);
  const top = Math.round((photo.height - height) * crop.y);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * photo.width + left) * 4;
    rgba.set(photo.rgba.subarray(from, from + width * 4), y * width * 4);
  }
  return { width, height, rgba, personShare: 0, box: { x: 0, y: 0, width, height } };
}

function drawPaper(width: number, height: number): Canvas {
  const canvas = makeCanvas({ width, height });
  const context = canvas.getContext('2d');
  const paper = context.createLinearGradient(0, 0, width, height);
  paper.addColorStop(0, '#fffdf6');
  paper.addColorStop(1, '#efeade');
  context.fillStyle = paper;
  context.beginPath();
  context.roundRect(0, 0, width, height, width * 0.012);
  context.fill();
  return canvas;
}

export function makePrint(photo: Photo, widthPx: number): Print {
  const width = Math.round(widthPx);
  const height = Math.round(widthPx * PRINT_RATIO);
  const edge = Math.round(width * BORDER);
  const side = width - 2 * edge;
  const canvas = drawPaper(width, height);
  const context = canvas.getContext('2d');
  context.drawImage(
    drawPixels(fitPhoto(photo, { width: side, height: side }).rgba, { width: side, height: side }),
    edge,
    edge,
  );
  context.strokeStyle = 'rgba(60,50,40,0.35)';
  context.lineWidth = Math.max(1, width / 300);
  context.strokeRect(edge, edge, side, side);
  const blank = drawPaper(width, height);
  const blankContext = blank.getContext('2d');
  const emulsion = blankContext.createLinearGradient(0, edge, width, edge + side);
  emulsion.addColorStop(0, '#20302f');
  emulsion.addColorStop(1, '#39433c');
  blankContext.fillStyle = emulsion;
  blankContext.fillRect(edge, edge, side, side);
  return { canvas, blank, width, height };
}
