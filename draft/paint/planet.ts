// A planet as a lit ball: bands or continents on a turning surface, a thin shell of air, and a ring if it has one.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import { createRamp, packPixel, type Rgb, toCss } from './color.ts';
import { createLayer, createPixelField } from './field.ts';
import { createNoiseTile, sampleTile, smoothStep } from './noise.ts';

export interface PlanetOptions {
  seed: number;
  radius: number;
  /** Surface colours, dark to bright. */
  colors: readonly Rgb[];
  air: Rgb;
  kind: 'banded' | 'rocky';
  /** Direction of the light: right, down, towards us. */
  light: readonly [number, number, number];
  ring?: { color: Rgb; tilt: number };
  /** Turns per second. */
  spin: number;
}

/** Draws a planet with its middle at (x, y). */
export type PlanetPainter = (context: SKRSContext2D, x: number, y: number, seconds: number) => void;

/** For each pixel of the disc: where it lies on the surface and how the light falls on it. */
interface Globe {
  longitude: Float32Array;
  latitude: Float32Array;
  light: Float32Array;
  rim: Float32Array;
  cover: Float32Array;
}

function mapGlobe(size: number, options: PlanetOptions): Globe {
  const make = (): Float32Array => new Float32Array(size * size);
  const globe = { longitude: make(), latitude: make(), light: make(), rim: make(), cover: make() };
  const [lightX, lightY, lightZ] = options.light;
  const half = size / 2;
  const radius = half / 1.08;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const index = y * size + x;
      const offsetX = (x + 0.5 - half) / radius;
      const offsetY = (y + 0.5 - half) / radius;
      const distance = Math.hypot(offsetX, offsetY);
      const depth = Math.sqrt(Math.max(0, 1 - distance * distance));
      globe.cover[index] = smoothStep(1 + 1.2 / radius, 1 - 1.2 / radius, distance);
      globe.longitude[index] = Math.atan2(offsetX, Math.max(0.001, depth)) / (Math.PI * 2);
      globe.latitude[index] = Math.asin(Math.min(1, Math.max(-1, offsetY))) / Math.PI;
      const facing = offsetX * lightX + offsetY * lightY + depth * lightZ;
      globe.light[index] = smoothStep(-0.18, 1, facing);
      const outside = Math.max(0, distance - 1) / 0.08;
      const inside = smoothStep(0.72, 1, Math.min(1, distance));
      const sunlit = smoothStep(-0.4, 0.8, (offsetX * lightX + offsetY * lightY) / Math.max(0.3, distance));
      globe.rim[index] = (distance > 1 ? Math.max(0, 1 - outside) ** 2 * 0.7 : inside ** 3 * 0.75) * sunlit;
    }
  }
  return globe;
}

function renderRing(radius: number, ring: NonNullable<PlanetOptions['ring']>, seed: number): Canvas {
  const size = Math.max(4, Math.round(radius * 4.8));
  const { canvas, context } = createLayer(size, size);
  const random = createRandom(deriveSeed(seed, 'ring'));
  const middle = size / 2;
  for (let band = 0; band < 64; band++) {
    const share = band / 63;
    const reach = radius * (1.38 + share * 0.92);
    const gap = Math.abs(share - 0.62) < 0.035 ? 0.1 : 1;
    const edge = Math.sin(share * Math.PI) ** 0.5;
    context.strokeStyle = toCss(ring.color, (0.14 + random() * 0.5) * gap * edge);
    context.lineWidth = (radius * 0.92) / 58;
    context.beginPath();
    context.arc(middle, middle, reach, 0, Math.PI * 2);
    context.stroke();
  }
  return canvas;
}

function paintRing(
  context: SKRSContext2D,
  ring: Canvas,
  place: { x: number; y: number; tilt: number },
  front: boolean,
): void {
  context.save();
  context.translate(place.x, place.y);
  context.rotate(place.tilt);
  context.beginPath();
  context.rect(-ring.width, front ? 0 : -ring.height, ring.width * 2, ring.height);
  context.clip();
  context.scale(1, 0.24);
  context.drawImage(ring, -ring.width / 2, -ring.height / 2);
  context.restore();
}

/** Prepares a planet; its surface is computed per frame at half size. */
export function preparePlanet(options: PlanetOptions): PlanetPainter {
  const size = Math.max(8, Math.round(options.radius * 1.08));
  const field = createPixelField(size, size);
  const globe = mapGlobe(size, options);
  const ramp = createRamp(options.colors, 256);
  const coarse = createNoiseTile(deriveSeed(options.seed, 'planet'), 6, 4);
  const fine = createNoiseTile(deriveSeed(options.seed, 'planet-fine'), 6, 6);
  const ring = options.ring ? renderRing(options.radius, options.ring, options.seed) : undefined;
  const toneAt = (longitude: number, latitude: number): number => {
    if (options.kind === 'banded') {
      const swirl = (sampleTile(coarse, longitude * 1.2, latitude * 1.4) - 0.5) * 0.07;
      const band = sampleTile(fine, 0.13 + longitude * 0.14, (latitude + swirl) * 1.15);
      return band * 0.82 + sampleTile(coarse, longitude * 3, latitude * 7 + swirl) * 0.18;
    }
    return (
      sampleTile(coarse, longitude, latitude * 0.8) * 0.66 +
      sampleTile(fine, longitude * 3, latitude * 2.4) * 0.34
    );
  };
  return (context, x, y, seconds) => {
    const { air } = options;
    for (let index = 0; index < globe.light.length; index++) {
      const cover = globe.cover[index];
      const rim = globe.rim[index];
      if (cover <= 0 && rim <= 0.002) {
        field.pixels[index] = 0;
        continue;
      }
      const tone = toneAt(globe.longitude[index] + seconds * options.spin, globe.latitude[index]);
      const at = Math.min(255, Math.floor(tone * 255)) * 3;
      const light = globe.light[index];
      const shade = 0.015 + light * 1.1;
      const alpha = Math.min(1, cover + rim);
      field.pixels[index] = packPixel(
        (ramp[at] * shade * cover + air[0] * rim) / alpha,
        (ramp[at + 1] * shade * cover + air[1] * rim) / alpha,
        (ramp[at + 2] * shade * cover + air[2] * rim) / alpha,
        alpha * 255,
      );
    }
    field.flush();
    const place = { x, y, tilt: options.ring?.tilt ?? 0 };
    if (ring) paintRing(context, ring, place, false);
    const reach = options.radius * 1.08;
    context.drawImage(field.canvas, x - reach, y - reach, reach * 2, reach * 2);
    if (ring) paintRing(context, ring, place, true);
  };
}
