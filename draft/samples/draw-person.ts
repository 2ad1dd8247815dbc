// Paints the invented person of the samples: a solid is lit like in a studio, then its picture is laid down again in
// brush strokes that follow the forms. Slow, and run by `draw-samples.ts` only.
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { createNoiseTile, type NoiseTile, sampleTile, smoothStep } from '../paint/noise.ts';
import { createRandom } from '../random.ts';
import { findNearest, hairLine, type Material, type Nearest, type Vector } from './sculpt-person.ts';

const SIZE = 720;
/** The part of the room that is seen, in heads. */
const VIEW = { left: -0.96, top: 0.71, side: 1.92 };
const SEED = 20;

interface Light {
  direction: Vector;
  color: Vector;
}

const KEY: Light = { direction: unit([-0.62, 0.5, 0.62]), color: [1.12, 1, 0.86] };
const FILL: Light = { direction: unit([0.75, 0.15, 0.6]), color: [0.13, 0.17, 0.26] };
const RIM: Light = { direction: unit([0.8, 0.35, -0.62]), color: [1.15, 0.66, 0.38] };

function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function dot(one: Vector, other: Vector): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

function moveAlong(point: Vector, direction: Vector, distance: number): Vector {
  return [
    point[0] + direction[0] * distance,
    point[1] + direction[1] * distance,
    point[2] + direction[2] * distance,
  ];
}

function mix(one: Vector, other: Vector, share: number): Vector {
  return [
    one[0] + (other[0] - one[0]) * share,
    one[1] + (other[1] - one[1]) * share,
    one[2] + (other[2] - one[2]) * share,
  ];
}

function normalAt(point: Vector): Vector {
  const step = 0.0016;
  const slope = (x: number, y: number, z: number): number =>
    findNearest([point[0] + x, point[1] + y, point[2] + z]).distance -
    findNearest([point[0] - x, point[1] - y, point[2] - z]).distance;
  return unit([slope(step, 0, 0), slope(0, step, 0), slope(0, 0, step)]);
}

/** How much of a light reaches a point: 0 in the core of a shadow, soft at its edges. */
function openTo(point: Vector, direction: Vector): number {
  let open = 1;
  let way = 0.03;
  for (let step = 0; step < 26 && way < 1.6; step += 1) {
    const { distance } = findNearest(moveAlong(point, direction, way));
    open = Math.min(open, (distance * 9) / way);
    if (open <= 0) return 0;
    way += Math.max(0.02, distance);
  }
  return smoothStep(0, 1, open);
}

/** Less where forms lie close together: under the chin, beside the nose. */
function airAround(point: Vector, normal: Vector): number {
  let hidden = 0;
  for (const [reach, weight] of [
    [0.03, 6],
    [0.08, 2.4],
    [0.18, 0.9],
  ] as const) {
    hidden += weight * Math.max(0, reach - findNearest(moveAlong(point, normal, reach)).distance);
  }
  return Math.max(0.25, 1 - hidden);
}

interface Surface extends Nearest {
  point: Vector;
  normal: Vector;
  noise: NoiseTile;
}

function spot([x, y]: Vector, [middleX, middleY, radius]: Vector): number {
  return Math.exp(-(((x - middleX) ** 2 + (y - middleY) ** 2) / radius ** 2));
}

/** Skin with its warmer places, and the make-up: lips, brows, lids. */
function skinColor(surface: Surface): Vector {
  const { head, point, noise } = surface;
  const side: Vector = [Math.abs(head[0]), head[1], head[2]];
  const isFront = smoothStep(0.05, 0.2, head[2]);
  let color: Vector = [0.62, 0.335, 0.225];
  const blush = spot(side, [0.19, -0.13, 0.1]) * 0.55 + spot(side, [0, -0.15, 0.06]) * 0.3;
  color = mix(color, [0.6, 0.19, 0.14], blush * isFront);
  const lips =
    smoothStep(
      1.12,
      0.86,
      Math.hypot(side[0] / 0.092, (head[1] + 0.29) / (0.045 - 0.1 * side[0] * side[0])),
    ) * isFront;
  color = mix(color, [0.4, 0.07, 0.07], lips * 0.85);
  color = mix(color, [0.33, 0.13, 0.1], spot(side, [0.13, 0.035, 0.07]) * isFront * 0.4);
  color = mix(color, [0.045, 0.02, 0.014], browAt(side) * isFront * 0.9);
  color = mix(color, [0.02, 0.01, 0.01], lashesAt(side) * isFront * 0.95);
  const uneven = sampleTile(noise, point[0] * 0.7 + 5, point[1] * 0.7 + 5) - 0.5;
  color = mix(color, [0.55, 0.24, 0.15], 0.12 + uneven * 0.25);
  const roots = sampleTile(noise, Math.atan2(head[0], head[1] + 0.25) * 5.3, 0.2) * 0.06 + 0.008;
  return mix(
    color,
    hairColor(surface),
    smoothStep(roots, 0, hairLine(head)) * smoothStep(0.04, 0.1, head[1]),
  );
}

function browAt([x, y]: Vector): number {
  const along = (x - 0.05) / 0.165;
  if (along < -0.1 || along > 1.1) return 0;
  const middle = 0.088 + 0.05 * along - 0.058 * along * along;
  const half = 0.0165 * (1 - 0.62 * along);
  return (
    smoothStep(1.5, 0.5, Math.abs(y - middle) / half) *
    smoothStep(-0.1, 0.1, along) *
    smoothStep(1.1, 0.85, along)
  );
}

/** The closed lids: a line that hangs like a bow, with a few lashes at its outer end. */
function lashesAt([x, y]: Vector): number {
  const along = (x - 0.128) / 0.078;
  const middle = -0.052 + 0.026 * along * along;
  const half = 0.0075 + 0.004 * along;
  const line = smoothStep(1.6, 0.4, Math.abs(y - middle) / half) * smoothStep(1.2, 1, Math.abs(along));
  const outer = smoothStep(0.6, 1, along) * smoothStep(1.5, 1.2, along);
  return Math.max(line, outer * smoothStep(1.4, 0.4, Math.abs(y - (middle - 0.012 * (along - 0.6))) / 0.007));
}

/** Strands that are combed from the forehead to the bun, each a little lighter or darker. */
function hairColor({ head, noise }: Surface): Vector {
  const [x, y, z] = head;
  const isBun = Math.hypot(x, y - 0.36, z + 0.46) < 0.24;
  const strand = isBun ? Math.atan2(y - 0.36, x) * 0.35 + z * 0.9 : Math.atan2(x, y + 0.25) * 0.9;
  const along = isBun ? Math.atan2(y - 0.36, z + 0.46) * 0.12 : z * 0.22;
  const fine =
    sampleTile(noise, strand * 3.1, along * 0.5) + 0.9 * sampleTile(noise, strand * 9.7 + 3, along * 0.4);
  return mix([0.035, 0.016, 0.01], [0.13, 0.062, 0.032], smoothStep(0.4, 1.4, fine));
}

function dressColor({ point, noise }: Surface): Vector {
  const fold = sampleTile(noise, point[0] * 0.8 + 2, point[1] * 0.16);
  return mix([0.012, 0.075, 0.09], [0.03, 0.17, 0.18], fold);
}

const colorOf: Record<Material, (surface: Surface) => Vector> = {
  skin: skinColor,
  hair: hairColor,
  dress: dressColor,
  earring: () => [0.95, 0.78, 0.5],
};

const GLOSS: Record<Material, readonly [number, number]> = {
  skin: [0.16, 14],
  hair: [0.5, 22],
  dress: [0.22, 9],
  earring: [2.2, 40],
};

/** Light that goes past the edge of day, red farthest, as it does in skin. */
function wrapped(cosine: number, material: Material): Vector {
  const wrap = material === 'skin' ? [0.34, 0.14, 0.08] : [0.12, 0.12, 0.12];
  const through = (by: number): number => Math.max(0, (cosine + by) / (1 + by)) ** 1.15;
  return [through(wrap[0]), through(wrap[1]), through(wrap[2])];
}

function shade(surface: Surface): Vector {
  const { material, normal, point } = surface;
  const base = colorOf[material](surface);
  const air = airAround(point, normal);
  const start = moveAlong(point, normal, 0.012);
  const open = openTo(start, KEY.direction);
  const key = wrapped(dot(normal, KEY.direction), material);
  const fill = Math.max(0, dot(normal, FILL.direction) * 0.6 + 0.4);
  const edge = (1 - Math.max(0, normal[2])) ** 2.4;
  const rim = Math.max(0, dot(normal, RIM.direction) + 0.15) * edge * openTo(start, RIM.direction) * 1.5;
  const half = unit([KEY.direction[0], KEY.direction[1], KEY.direction[2] + 1]);
  const [strength, width] = GLOSS[material];
  const gloss = strength * Math.max(0, dot(normal, half)) ** width * open;
  const light = (channel: 0 | 1 | 2): number => {
    const shadow = channel === 0 ? 0.12 + 0.88 * open : 0.05 + 0.95 * open;
    const diffuse =
      KEY.color[channel] * key[channel] * shadow +
      FILL.color[channel] * fill * air +
      [0.085, 0.075, 0.09][channel] * air;
    return (
      base[channel] * diffuse +
      RIM.color[channel] * rim * (0.25 + base[channel]) +
      KEY.color[channel] * gloss * 0.5
    );
  };
  return [light(0), light(1), light(2)];
}

/** From the viewer straight into the room; undefined where nothing stands. */
function hit(x: number, y: number): Vector | undefined {
  let z = 0.8;
  for (let step = 0; step < 70; step += 1) {
    const { distance } = findNearest([x, y, z]);
    if (distance < 0.0012) return [x, y, z];
    // Blended and stretched bodies give distances that are a little too long.
    z -= distance * 0.8;
    if (z < -0.9) return undefined;
  }
  return z > -0.85 && findNearest([x, y, z]).distance < 0.006 ? [x, y, z] : undefined;
}

function toByte(value: number): number {
  // A film curve: bright places roll off and do not clip.
  const rolled = 1 - Math.exp(-value * 1.45);
  return 255 * Math.min(1, rolled ** (1 / 2.2));
}

/** A dim studio wall with the glow of the lamp on it, and lights far out of focus. */
function paintWall(context: SKRSContext2D): void {
  const wall = context.createRadialGradient(
    SIZE * 0.3,
    SIZE * 0.36,
    20,
    SIZE * 0.42,
    SIZE * 0.5,
    SIZE * 0.85,
  );
  for (const [at, color] of [
    [0, '#b89f7e'],
    [0.35, '#7b7365'],
    [0.7, '#3d474b'],
    [1, '#1a242c'],
  ] as const) {
    wall.addColorStop(at, color);
  }
  context.fillStyle = wall;
  context.fillRect(0, 0, SIZE, SIZE);
  const random = createRandom(SEED);
  context.globalCompositeOperation = 'screen';
  for (let index = 0; index < 30; index += 1) {
    const [x, y, radius] = [random() * SIZE, random() ** 1.4 * SIZE, 18 + random() * 60];
    const glow = context.createRadialGradient(x, y, 0, x, y, radius);
    const color = random() > 0.55 ? '255,206,150' : '170,205,215';
    glow.addColorStop(0, `rgba(${color},0.16)`);
    glow.addColorStop(0.8, `rgba(${color},0.1)`);
    glow.addColorStop(1, `rgba(${color},0)`);
    context.fillStyle = glow;
    context.fillRect(x - radius, y - radius, radius * 2, radius * 2);
  }
  context.globalCompositeOperation = 'source-over';
}

/** The lit solid before the wall, and for each pixel how fine the brush must be there. */
function renderStudy(): Canvas {
  const canvas = createCanvas(SIZE, SIZE);
  const context = canvas.getContext('2d');
  paintWall(context);
  const noise = createNoiseTile(SEED, 5, 8);
  const figure = createCanvas(SIZE, SIZE);
  const figureContext = figure.getContext('2d');
  const image = figureContext.createImageData(SIZE, SIZE);
  for (let row = 0; row < SIZE; row += 1) {
    for (let column = 0; column < SIZE; column += 1) {
      const x = VIEW.left + ((column + 0.5) / SIZE) * VIEW.side;
      const point = hit(x, VIEW.top - ((row + 0.5) / SIZE) * VIEW.side);
      if (!point) continue;
      const color = shade({ ...findNearest(point), point, normal: normalAt(point), noise });
      const at = (row * SIZE + column) * 4;
      for (let channel = 0; channel < 3; channel += 1) image.data[at + channel] = toByte(color[channel]);
      image.data[at + 3] = 255;
    }
  }
  figureContext.putImageData(image, 0, 0);
  context.drawImage(figure, 0, 0);
  return canvas;
}

interface Study {
  pixels: Uint8ClampedArray;
  /** Of a soft copy: its slopes show where a form turns. */
  light: Float32Array;
}

function readStudy(canvas: Canvas): Study {
  const soft = createCanvas(SIZE, SIZE);
  const context = soft.getContext('2d');
  context.filter = 'blur(2.5px)';
  context.drawImage(canvas, 0, 0);
  const blurred = context.getImageData(0, 0, SIZE, SIZE).data;
  const light = Float32Array.from({ length: SIZE * SIZE }, (_, place) => {
    const at = place * 4;
    return blurred[at] * 0.3 + blurred[at + 1] * 0.6 + blurred[at + 2] * 0.1;
  });
  return { pixels: canvas.getContext('2d').getImageData(0, 0, SIZE, SIZE).data, light };
}

interface Brush {
  /** Pixels between strokes, their length and their width. */
  step: number;
  length: number;
  width: number;
  alpha: number;
  /** Only where forms turn at least this fast: fine brushes stay off the plain wall. */
  slopeMin: number;
}

/** From the ground coat to the drawing of eyes and mouth. */
const BRUSHES: readonly Brush[] = [
  { step: 9, length: 34, width: 13, alpha: 1, slopeMin: 0 },
  { step: 5, length: 20, width: 6.5, alpha: 0.85, slopeMin: 0 },
  { step: 3, length: 12, width: 3.2, alpha: 0.75, slopeMin: 0.5 },
  { step: 2, length: 7, width: 1.7, alpha: 0.7, slopeMin: 1.6 },
];

function lay(context: SKRSContext2D, { pixels, light }: Study, brush: Brush, random: () => number): void {
  const inside = (value: number): number => Math.min(SIZE - 2, Math.max(1, Math.round(value)));
  context.lineCap = 'round';
  context.lineWidth = brush.width;
  context.globalAlpha = brush.alpha;
  const count = Math.round((SIZE / brush.step) ** 2);
  for (let stroke = 0; stroke < count; stroke += 1) {
    const [x, y] = [inside(random() * SIZE), inside(random() * SIZE)];
    const [turnBy, tint] = [(random() - 0.5) * 0.5, (random() - 0.5) * 9];
    const place = y * SIZE + x;
    const slopeX = light[place + 1] - light[place - 1];
    const slopeY = light[place + SIZE] - light[place - SIZE];
    const slope = Math.hypot(slopeX, slopeY);
    if (slope < brush.slopeMin) continue;
    // Strokes run along a form, and where there is none, the way of the hand.
    const angle = (slope > 0.35 ? Math.atan2(slopeY, slopeX) + Math.PI / 2 : -0.7) + turnBy;
    const reach = (brush.length / 2) * (slope > 14 ? 0.5 : 1);
    const [alongX, alongY] = [Math.cos(angle) * reach, Math.sin(angle) * reach];
    const channel = (at: number): number => Math.round(pixels[place * 4 + at] + tint);
    context.strokeStyle = `rgb(${channel(0)},${channel(1)},${channel(2)})`;
    context.beginPath();
    context.moveTo(x - alongX, y - alongY);
    context.lineTo(x + alongX, y + alongY);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** A picture of 720 x 720 pixels, the same at every run. */
export function drawPerson(): Canvas {
  const sketch = renderStudy();
  const study = readStudy(sketch);
  const canvas = createCanvas(SIZE, SIZE);
  const context = canvas.getContext('2d');
  const random = createRandom(SEED + 1);
  for (const brush of BRUSHES) lay(context, study, brush, random);
  // The sketch shows through a little: it holds the face together.
  context.globalAlpha = 0.35;
  context.drawImage(sketch, 0, 0);
  return canvas;
}
