// Palms and castles: what newcomers ask to see on a beach or below a dragon.
import { Path2D } from '@napi-rs/canvas';
import { toCss } from '../color.ts';
import { type Figure, fillSilhouette, type Point, shapeLimb } from './figure.ts';

const FRONDS = 11;

/** One frond from the crown, `angle` above the ground to the right: an arch, with a fringe that hangs from it. */
function shapeFrond(crown: Point, angle: number, length: number, sway: number): Path2D {
  const frond = new Path2D();
  const [x, y] = crown;
  const reach = Math.cos(angle) * length;
  const lift = Math.sin(angle) * length;
  const tip: Point = [x + reach, y - lift * 0.55 + 0.1 + sway];
  const bend: Point = [x + reach * 0.52, y - lift * 0.85 - 0.07 + sway * 0.5];
  frond.moveTo(x, y);
  frond.quadraticCurveTo(bend[0], bend[1], tip[0], tip[1]);
  for (let step = 5; step >= 1; step -= 1) {
    const share = step / 6;
    const rest = 1 - share;
    const alongX = rest * rest * x + 2 * rest * share * bend[0] + share * share * tip[0];
    const alongY = rest * rest * y + 2 * rest * share * bend[1] + share * share * tip[1];
    const hang = 0.07 * Math.sin(share * Math.PI) * Math.abs(Math.cos(angle)) + 0.012;
    frond.lineTo(alongX + reach * 0.03, alongY + hang);
    frond.lineTo(alongX - reach * 0.04, alongY + hang * 0.35);
  }
  frond.closePath();
  return frond;
}

/** A coconut palm that leans, its fronds moving in the wind. */
export const drawPalm: Figure = (context, style, { seconds, variety }) => {
  const lean = (variety - 0.5) * 0.36;
  const wind = Math.sin(seconds * 1.1 + variety * 9) * 0.012;
  const crown: Point = [lean + wind, -0.78];
  const trunk = shapeLimb(
    [[0, 0.01], [lean * 0.28, -0.3], [lean * 0.66 + wind * 0.5, -0.56], crown],
    [0.044, 0.03, 0.024, 0.022],
  );
  const fronds = Array.from({ length: FRONDS }, (_, index) => {
    const angle = -0.5 + (index / (FRONDS - 1)) * (Math.PI + 1);
    const own = Math.sin(index * 12.9 + variety * 40);
    const sway = Math.sin(seconds * 1.4 + index * 1.7 + variety * 6) * 0.012;
    return shapeFrond(crown, angle + own * 0.1, 0.37 + own * 0.04, sway);
  });
  fillSilhouette(context, [...trunk, ...fronds], style, 0.006);
};

/** Left edge, top and width of each tower. */
const TOWERS: readonly (readonly [number, number, number])[] = [
  [-0.62, -0.46, 0.15],
  [-0.4, -0.66, 0.13],
  [-0.1, -0.78, 0.2],
  [0.2, -0.58, 0.13],
  [0.46, -0.42, 0.16],
];

function shapeTower([left, top, width]: readonly [number, number, number]): Path2D {
  const tower = new Path2D();
  const eave = width * 0.16;
  tower.rect(left, top, width, -top);
  tower.moveTo(left - eave, top);
  tower.lineTo(left + width / 2, top - width * 1.15);
  tower.lineTo(left + width + eave, top);
  tower.closePath();
  return tower;
}

function shapeWall(): Path2D {
  const wall = new Path2D();
  wall.rect(-0.58, -0.3, 1.16, 0.3);
  for (let merlon = 0; merlon < 14; merlon += 1) wall.rect(-0.56 + merlon * 0.083, -0.34, 0.044, 0.05);
  // The rock that it stands on.
  wall.moveTo(-0.86, 0.04);
  wall.quadraticCurveTo(-0.72, -0.1, -0.58, -0.12);
  wall.lineTo(0.58, -0.12);
  wall.quadraticCurveTo(0.76, -0.08, 0.9, 0.04);
  wall.closePath();
  return wall;
}

/** A castle of five towers; its windows are lit in the dark, and a pennant flies. */
export const drawCastle: Figure = (context, style, { seconds }) => {
  const pennant = new Path2D();
  const wave = Math.sin(seconds * 4) * 0.014;
  pennant.rect(-0.004, -1.12, 0.008, 0.12);
  pennant.moveTo(0.004, -1.12);
  pennant.quadraticCurveTo(0.06, -1.12 + wave, 0.12, -1.09 - wave);
  pennant.lineTo(0.004, -1.06);
  pennant.closePath();
  fillSilhouette(context, [shapeWall(), ...TOWERS.map(shapeTower), pennant], style, 0.007);
  context.fillStyle = toCss(style.accent, style.lampsOn ? 0.95 : 0.16);
  for (const [left, top, width] of TOWERS) {
    for (let row = 0; row < 3; row += 1) {
      context.fillRect(left + width * 0.42, top + 0.06 + row * 0.12, width * 0.16, 0.035);
    }
  }
};
