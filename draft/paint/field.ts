// Small pictures made pixel by pixel and drawn large: what gives clouds, water and nebulae their grain at a
// price of milliseconds. A field may be overwritten by every frame but must be overwritten whole.
import { type Canvas, createCanvas, type ImageData, type SKRSContext2D } from '@napi-rs/canvas';

/** A small picture whose pixels are plain numbers; call `flush` before drawing `canvas`. */
export interface PixelField {
  width: number;
  height: number;
  /** Little-endian RGBA, as `packPixel` gives it. */
  pixels: Uint32Array;
  canvas: Canvas;
  flush(): void;
}

export function createPixelField(width: number, height: number): PixelField {
  const columns = Math.max(2, Math.round(width));
  const rows = Math.max(2, Math.round(height));
  const canvas = createCanvas(columns, rows);
  const context = canvas.getContext('2d');
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, columns * rows);
  return {
    width: columns,
    height: rows,
    pixels,
    canvas,
    flush: () => context.putImageData(image, 0, 0),
  };
}

/** The pixels of a small canvas. The copy lives until the event loop turns: never ask for a large one per frame. */
export function readPixels(context: SKRSContext2D, width: number, height: number): Uint32Array {
  const image: ImageData = context.getImageData(0, 0, width, height);
  return new Uint32Array(image.data.buffer, image.data.byteOffset, width * height);
}

/** An empty canvas with its context, at least one pixel large. */
export function createLayer(width: number, height: number): { canvas: Canvas; context: SKRSContext2D } {
  const canvas = createCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  return { canvas, context: canvas.getContext('2d') };
}

/** A round spot of light on a square canvas, white-hot in the middle; draw it with `lighter`. */
export function createGlow(
  color: readonly [number, number, number],
  sizePixels: number,
  core = 0.12,
): Canvas {
  const { canvas, context } = createLayer(sizePixels, sizePixels);
  const middle = canvas.width / 2;
  const gradient = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
  const css = (alpha: number, white: number): string => {
    const channel = (value: number): number => Math.round(value + (255 - value) * white);
    return `rgba(${channel(color[0])},${channel(color[1])},${channel(color[2])},${alpha})`;
  };
  gradient.addColorStop(0, css(1, 0.85));
  gradient.addColorStop(core, css(0.62, 0.4));
  gradient.addColorStop(Math.min(0.9, core * 2.4), css(0.26, 0.08));
  gradient.addColorStop(0.55 + core * 0.4, css(0.07, 0));
  gradient.addColorStop(1, css(0, 0));
  context.fillStyle = gradient;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}
