// Things on a table by a window, or on a pedestal in a studio: cups, fruit, books, and goods that are shown to be sold.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import { BOARDS_MARGIN, renderBoards } from '../paint/boards.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  toWorldSeconds,
} from '../paint/camera.ts';
import { mixColors, parseColor, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { createLayer } from '../paint/field.ts';
import { type FigureStyle, fillBall, fillRound, shapeOval } from '../paint/figures/figure.ts';
import { prepareMotes } from '../paint/particles.ts';
import { type Habitat, prepareSubjects } from '../paint/subjects.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Painter, Scene, Stage } from '../stage.ts';

const MARGIN = BOARDS_MARGIN;
/** The room behind is drawn at this part of the size, so that it is out of focus. */
const BLUR_SCALE = 8;

interface Place {
  stage: Stage;
  frame: Frame;
  atmosphere: Atmosphere;
  lightSide: number;
}

/** The room behind the table, out of focus: a wall, a window on the side of the light, plants and lamps. */
function drawRoom({ stage, frame, atmosphere, lightSide }: Place): Canvas {
  const { canvas, context } = createLayer(
    (frame.width * (1 + 2 * MARGIN)) / BLUR_SCALE,
    (frame.height * 1.14) / BLUR_SCALE,
  );
  const soft = createLayer(canvas.width, canvas.height);
  const { width, height } = canvas;
  const random = createRandom(deriveSeed(stage.seed, 'room'));
  const isDark = stage.plan.timeOfDay === 'night' || stage.plan.timeOfDay === 'dusk';
  const wall: Rgb = stage.plan.settings.includes('kitchen') ? [206, 196, 178] : [176, 160, 146];
  const shade = context.createLinearGradient(lightSide > 0 ? 0 : width, 0, lightSide > 0 ? width : 0, 0);
  shade.addColorStop(0, toCss(lightColor(atmosphere, scaleColor(wall, 0.55), 0.1)));
  shade.addColorStop(1, toCss(lightColor(atmosphere, wall, 0.5)));
  context.fillStyle = shade;
  context.fillRect(0, 0, width, height);
  const windowX = width * (lightSide > 0 ? 0.6 : 0.14);
  const pane = context.createLinearGradient(0, 0, 0, height * 0.5);
  pane.addColorStop(0, toCss(atmosphere.sky[2]));
  pane.addColorStop(1, toCss(mixColors(atmosphere.sky[3], [255, 255, 255], isDark ? 0 : 0.5)));
  context.fillStyle = pane;
  context.fillRect(windowX, -2, width * 0.28, height * 0.52);
  context.fillStyle = toCss(lightColor(atmosphere, [240, 236, 228], 0.4));
  context.fillRect(windowX + width * 0.132, 0, width * 0.014, height * 0.52);
  context.fillRect(windowX, height * 0.24, width * 0.28, height * 0.016);
  for (let leaf = 0; leaf < 26; leaf += 1) {
    context.fillStyle = toCss(
      lightColor(atmosphere, random() > 0.5 ? [70, 110, 62] : [110, 148, 84], 0.2 + random() * 0.4),
      0.85,
    );
    const x = width * (lightSide > 0 ? 0.2 : 0.78) + (random() - 0.5) * width * 0.16;
    context.fill(
      shapeOval(x, height * (0.18 + random() * 0.34), [width * 0.028, height * 0.02], random() * 3),
    );
  }
  for (let book = 0; book < 16; book += 1) {
    const tone: Rgb = [110 + random() * 110, 80 + random() * 80, 70 + random() * 70];
    context.fillStyle = toCss(lightColor(atmosphere, tone, 0.3));
    const x = width * (lightSide > 0 ? 0.3 : 0.5) + book * width * 0.012;
    context.fillRect(x, height * 0.32, width * 0.011, height * (0.1 + random() * 0.05));
  }
  // The blur is clear at its edges.
  soft.context.drawImage(canvas, 0, 0);
  soft.context.filter = `blur(${Math.max(1, width / 90)}px)`;
  soft.context.drawImage(canvas, 0, 0);
  return soft.canvas;
}

/** There is always something on a table, and it is near; the candle of a cake stands on it. */
function stageWithThings({ plan, ...stage }: Stage, fallback: Stage['plan']['subjects']): Stage {
  const asked = plan.subjects.length > 0 ? plan.subjects : fallback;
  const hasCake = asked.some(({ kind }) => kind === 'cake');
  const subjects = asked.filter(({ kind }) => !hasCake || kind !== 'candle');
  return { ...stage, plan: { ...plan, subjects, framing: plan.framing === 'close' ? 'close' : 'medium' } };
}

function prepareTable(given: Stage): Painter {
  const stage = stageWithThings(given, [
    { kind: 'cup', count: 1 },
    { kind: 'book', count: 1 },
  ]);
  const frame = createFrame(stage, 0.6);
  const atmosphere = createAtmosphere(stage.plan, stage.seed);
  const lightSide = atmosphere.sunX > 0.5 ? 1 : -1;
  const place: Place = { stage, frame, atmosphere, lightSide };
  const camera = prepareCamera(stage);
  const room = drawRoom(place);
  const table = renderBoards(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'table'),
    wood: [176, 112, 66],
    runs: 'across',
    pitch: 1.5,
    eye: 0.62,
    sheenAt: lightSide > 0 ? 0.72 : 0.28,
    sheen: 0.34,
  });
  const habitat: Habitat = {
    places: {
      ground: { x: 0.5, y: 0.86, size: 0.42, depth: 0.7, spreadY: 0.06 },
      air: { x: 0.5, y: 0.4, size: 0.2, depth: 0.6, spreadY: 0.1 },
    },
    otherwise: 'ground',
    style: { lampsOn: false },
  };
  const subjects = prepareSubjects(stage, frame, atmosphere, habitat);
  const dust = prepareMotes(stage, frame, {
    name: 'dust',
    count: 46,
    colors: [mixColors(atmosphere.direct, [255, 244, 220], 0.5)],
    size: [0.003, 0.016],
    area: [-0.05, 0, 1.05, 1],
    rise: 0.006,
    drift: 0.006,
    wander: 0.02,
    blink: 0.7,
    alpha: 0.34,
  });
  const width = frame.width * (1 + 2 * MARGIN);
  return (context, timeSeconds) => {
    const view = camera(timeSeconds);
    const moment = { view, timeSeconds };
    drawRolled(context, frame, view, () => {
      drawAtDepth(context, { frame, view }, 0.2, () => {
        context.drawImage(room, -MARGIN * frame.width, -frame.height * 0.13, width, frame.height * 1.14);
      });
      drawAtDepth(context, { frame, view }, 0.62, () => {
        context.drawImage(
          table,
          -MARGIN * frame.width,
          frame.horizonY,
          width,
          frame.height * 1.14 - frame.horizonY,
        );
        const edge = context.createLinearGradient(
          0,
          frame.horizonY - frame.unit * 0.012,
          0,
          frame.horizonY + frame.unit * 0.05,
        );
        edge.addColorStop(0, 'rgba(0,0,0,0)');
        edge.addColorStop(0.24, 'rgba(0,0,0,0.24)');
        edge.addColorStop(1, 'rgba(0,0,0,0)');
        context.fillStyle = edge;
        context.fillRect(
          -MARGIN * frame.width,
          frame.horizonY - frame.unit * 0.012,
          width,
          frame.unit * 0.06,
        );
      });
      subjects.paint(context, moment, ['far', 'ground', 'water', 'air']);
      dust(context, view, timeSeconds);
    });
  };
}

const STUDIO_COLORS: readonly Rgb[] = [
  [232, 204, 188],
  [196, 212, 214],
  [222, 210, 190],
  [206, 196, 220],
];

interface Studio extends Place {
  tint: Rgb;
  style: FigureStyle;
}

/** A seamless wall and floor, a lamp behind, an arch and a ball: what a photographer of goods sets up. */
function drawStudio({ frame, tint, style, lightSide }: Studio): Canvas {
  const { canvas, context } = createLayer(frame.width * (1 + 2 * MARGIN), frame.height * 1.14);
  context.translate(MARGIN * frame.width, 0);
  const wall = context.createLinearGradient(0, 0, 0, frame.height * 1.1);
  wall.addColorStop(0, toCss(scaleColor(tint, 0.86)));
  wall.addColorStop(0.55, toCss(tint));
  wall.addColorStop(0.68, toCss(mixColors(tint, [255, 255, 255], 0.22)));
  wall.addColorStop(1, toCss(scaleColor(tint, 0.8)));
  context.fillStyle = wall;
  context.fillRect(-MARGIN * frame.width, 0, frame.width * (1 + 2 * MARGIN), frame.height * 1.14);
  const glow = context.createRadialGradient(
    frame.centerX,
    frame.height * 0.42,
    0,
    frame.centerX,
    frame.height * 0.42,
    frame.unit * 0.62,
  );
  glow.addColorStop(0, 'rgba(255,255,255,0.55)');
  glow.addColorStop(1, 'rgba(255,255,255,0)');
  context.fillStyle = glow;
  context.fillRect(-MARGIN * frame.width, 0, frame.width * (1 + 2 * MARGIN), frame.height);
  const unit = frame.unit;
  context.save();
  context.translate(frame.centerX - lightSide * unit * 0.3, frame.height * 0.76);
  const arch = context.createLinearGradient(-unit * 0.12, 0, unit * 0.12, 0);
  arch.addColorStop(lightSide > 0 ? 0 : 1, toCss(scaleColor(tint, 0.72)));
  arch.addColorStop(lightSide > 0 ? 1 : 0, toCss(mixColors(tint, [255, 255, 255], 0.16)));
  context.fillStyle = arch;
  context.beginPath();
  context.roundRect(-unit * 0.11, -unit * 0.36, unit * 0.22, unit * 0.36, [unit * 0.11, unit * 0.11, 0, 0]);
  context.fill();
  context.restore();
  const ball = { x: frame.centerX + lightSide * unit * 0.34, y: frame.height * 0.78, radius: unit * 0.055 };
  context.fillStyle = toCss(scaleColor(tint, 0.5), 0.4);
  context.fill(
    shapeOval(ball.x - lightSide * unit * 0.03, ball.y + unit * 0.05, [unit * 0.09, unit * 0.014]),
  );
  fillBall(context, style, { ...ball, albedo: scaleColor(tint, 0.92) });
  return canvas;
}

function drawPodium(context: SKRSContext2D, { frame, tint, style, lightSide }: Studio): void {
  const unit = frame.unit;
  const steps = [
    { half: 0.3, top: 0.83, height: 0.07 },
    { half: 0.21, top: 0.76, height: 0.075 },
  ];
  context.fillStyle = toCss(scaleColor(tint, 0.45), 0.35);
  context.fill(
    shapeOval(frame.centerX - lightSide * unit * 0.06, frame.height * 0.83 + unit * 0.075, [
      unit * 0.4,
      unit * 0.045,
    ]),
  );
  for (const { half, top, height } of steps) {
    context.save();
    context.translate(frame.centerX, frame.height * top);
    context.scale(unit, unit);
    const drum = shapeOval(0, height, [half, half * 0.15]);
    drum.rect(-half, 0, half * 2, height);
    fillRound(context, drum, style, { from: -half, to: half, albedo: tint, gloss: 0.12 });
    const face = context.createLinearGradient(-half * lightSide, 0, half * lightSide, 0);
    face.addColorStop(0, toCss(scaleColor(tint, 0.94)));
    face.addColorStop(1, toCss(mixColors(tint, [255, 255, 255], 0.5)));
    context.fillStyle = face;
    context.fill(shapeOval(0, 0, [half, half * 0.15]));
    context.restore();
  }
}

/** The shadow of leaves before the lamp, moving a little over wall and floor. */
function prepareLeafShade({
  frame,
  lightSide,
  stage,
}: Studio): (context: SKRSContext2D, seconds: number) => void {
  const { canvas, context: small } = createLayer(frame.width / 6, frame.height / 6);
  const soft = createLayer(canvas.width, canvas.height);
  const random = createRandom(deriveSeed(stage.seed, 'shade'));
  const { width, height } = canvas;
  small.fillStyle = '#000000';
  small.translate(lightSide > 0 ? width * 0.86 : width * 0.14, -height * 0.06);
  for (let leaf = 0; leaf < 17; leaf += 1) {
    const angle = Math.PI / 2 + lightSide * 0.5 + (leaf / 16 - 0.5) * 2.2;
    const length = height * (0.5 + random() * 0.3);
    small.save();
    small.rotate(angle);
    small.fill(shapeOval(length * 0.6, 0, [length * 0.4, height * 0.024]));
    small.restore();
  }
  soft.context.filter = `blur(${Math.max(1, width / 130)}px)`;
  soft.context.drawImage(canvas, 0, 0);
  return (context, seconds) => {
    context.save();
    context.globalAlpha = 0.13;
    const sway = Math.sin(seconds * 0.8) * frame.unit * 0.008;
    context.drawImage(soft.canvas, sway, sway * 0.4, frame.width, frame.height);
    context.restore();
  };
}

function prepareStudio(given: Stage): Painter {
  const stage = stageWithThings(given, [{ kind: 'bottle', count: 1 }]);
  const frame = createFrame(stage, 0.6);
  const day = stage.plan.timeOfDay === 'night' ? stage.plan : { ...stage.plan, timeOfDay: 'day' as const };
  const atmosphere = createAtmosphere({ ...day, colors: [], weather: 'clear' }, stage.seed);
  const lightSide = atmosphere.sunX > 0.5 ? 1 : -1;
  const [named] = stage.plan.colors;
  const chance = createRandom(deriveSeed(stage.seed, 'studio'))();
  const pale = named
    ? mixColors(parseColor(named), [255, 255, 255], 0.25)
    : STUDIO_COLORS[Math.floor(chance * STUDIO_COLORS.length)];
  const moody = stage.plan.timeOfDay === 'night' || stage.plan.mood === 'dark' ? 0.22 : 1;
  const tint = scaleColor(pale, moody);
  const style: FigureStyle = {
    body: scaleColor(tint, 0.4),
    rim: mixColors(tint, [255, 255, 255], 0.6),
    accent: atmosphere.accent,
    lightSide,
    lampsOn: false,
    lit: (albedo, amount) => scaleColor(albedo, 0.5 + amount * 0.75),
  };
  const studio: Studio = { stage, frame, atmosphere, lightSide, tint, style };
  const camera = prepareCamera(stage);
  const set = drawStudio(studio);
  const shade = prepareLeafShade(studio);
  const subjects = prepareSubjects(stage, frame, atmosphere, {
    places: {
      ground: { x: 0.5, y: 0.772, size: 0.36, depth: 0.6, spreadY: 0 },
      air: { x: 0.5, y: 0.4, size: 0.2, depth: 0.6, spreadY: 0.1 },
    },
    otherwise: 'ground',
    style: { body: style.body, rim: style.rim, lampsOn: false, lit: style.lit },
  });
  const sparkle = prepareMotes(stage, frame, {
    name: 'sparkle',
    count: 26,
    colors: [[255, 250, 240]],
    size: [0.003, 0.014],
    area: [0.1, 0.1, 0.9, 0.9],
    rise: 0.012,
    drift: 0.002,
    wander: 0.02,
    blink: 0.9,
    alpha: 0.5,
  });
  return (context, timeSeconds) => {
    const view = camera(timeSeconds);
    drawRolled(context, frame, view, () => {
      drawAtDepth(context, { frame, view }, 0.3, () => context.drawImage(set, -MARGIN * frame.width, 0));
      shade(context, toWorldSeconds(stage, timeSeconds));
      drawAtDepth(context, { frame, view }, 0.6, () => drawPodium(context, studio));
      subjects.paint(context, { view, timeSeconds }, ['far', 'ground', 'water', 'air']);
      sparkle(context, view, timeSeconds);
    });
  };
}

export const tabletopScene: Scene = {
  id: 'tabletop',
  prepare(stage) {
    return stage.plan.settings.includes('studio') ? prepareStudio(stage) : prepareTable(stage);
  },
};
