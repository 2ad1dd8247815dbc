// A photo without a person, as a thing in the scene: a print that floats, is turned in space, throws a soft shadow and
// is mirrored a little by the ground.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { drawPixels, makeCanvas } from '../effects/picture.ts';
import { mixColors, toCss } from '../paint/color.ts';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import { brightnessOf, type SceneLight } from './scene-light.ts';

export interface Print {
  /** Size on the stage, before any turn. */
  width: number;
  height: number;
  card: Canvas;
  /** The card upside down and fading, for the ground. */
  mirror: Canvas;
  shadow: Canvas;
  shadowSpread: number;
}

/** Photo and white frame, in the scene's light. */
function makeCard(photo: Photo, size: { width: number; height: number }, light: SceneLight): Canvas {
  const canvas = makeCanvas(size);
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  const frame = Math.max(2, Math.min(width, height) * 0.028);
  const corner = frame * 0.7;
  context.beginPath();
  context.roundRect(0, 0, width, height, corner);
  context.clip();
  const paper = mixColors([248, 246, 242], light.ambient, 0.34 - 0.2 * light.brightness);
  context.fillStyle = toCss(paper);
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  const inner = { width: width - frame * 2, height: height - frame * 2 };
  context.drawImage(drawPixels(photo.rgba, photo), frame, frame, inner.width, inner.height);
  context.globalCompositeOperation = 'multiply';
  context.fillStyle = toCss(mixColors([255, 255, 255], light.ambient, 0.26 * (1 - light.brightness)));
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = 'screen';
  const gloss = context.createLinearGradient(0, 0, width, height);
  gloss.addColorStop(0, toCss(light.left, 0.2 * light.leftShare));
  gloss.addColorStop(0.34, toCss(light.left, 0.03));
  gloss.addColorStop(0.35, toCss(light.left, 0));
  gloss.addColorStop(0.7, toCss(light.right, 0));
  gloss.addColorStop(1, toCss(light.right, 0.16 * light.rightShare));
  context.fillStyle = gloss;
  context.fillRect(0, 0, width, height);
  return canvas;
}

function makeMirror(card: Canvas, light: SceneLight): Canvas {
  const canvas = makeCanvas({ width: card.width / 2, height: card.height / 4 });
  const context = canvas.getContext('2d');
  // Ground is never a perfect mirror: wet streets and water both blur what they show.
  context.filter = `blur(${(canvas.height / 26).toFixed(1)}px)`;
  context.save();
  context.scale(1, -1);
  const from = card.height / 2;
  context.drawImage(
    card,
    0,
    from,
    card.width,
    card.height - from,
    0,
    -canvas.height,
    canvas.width,
    canvas.height,
  );
  context.restore();
  context.filter = 'none';
  context.globalCompositeOperation = 'destination-in';
  const fade = context.createLinearGradient(0, 0, 0, canvas.height);
  // A dark ground mirrors more than a bright one.
  fade.addColorStop(0, 'rgba(0,0,0,0)');
  fade.addColorStop(0.16, `rgba(0,0,0,${(0.36 - 0.26 * brightnessOf(light.ground)).toFixed(3)})`);
  fade.addColorStop(1, 'rgba(0,0,0,0)');
  context.fillStyle = fade;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}

function makeShadow(card: Canvas): { shadow: Canvas; shadowSpread: number } {
  const scale = 0.125;
  const spread = Math.min(card.width, card.height) * 0.2;
  const canvas = makeCanvas({
    width: (card.width + spread * 2) * scale,
    height: (card.height + spread * 2) * scale,
  });
  const context = canvas.getContext('2d');
  context.filter = `blur(${(spread * scale * 0.4).toFixed(1)}px)`;
  context.fillStyle = 'rgba(0,0,8,0.75)';
  context.fillRect(spread * scale, spread * scale, card.width * scale, card.height * scale);
  return { shadow: canvas, shadowSpread: spread };
}

/** Makes the largest print of a photo that fits; `widthMax` and `heightMax` are in stage pixels. */
export function preparePrint(
  photo: Photo,
  { widthMax, heightMax }: { widthMax: number; heightMax: number },
  light: SceneLight,
): Print {
  // Very long pictures are shown as they are, but not thinner than can be looked at.
  const ratio = clamp(photo.width / photo.height, 0.3, 3.4);
  const width = Math.max(16, Math.round(Math.min(widthMax, heightMax * ratio)));
  const height = Math.max(16, Math.round(width / ratio));
  const card = makeCard(photo, { width, height }, light);
  return { width, height, card, mirror: makeMirror(card, light), ...makeShadow(card) };
}

const STRIPS = 72;
/** Distance of the eye in widths of the print: smaller is a stronger perspective. */
const EYE_DISTANCE = 2.6;

/** Draws a canvas about the origin, turned about its upright axis, in upright strips; `top` is its upper edge. */
function drawTurned(
  context: SKRSContext2D,
  source: Canvas,
  { width, height, top, yaw }: { width: number; height: number; top: number; yaw: number },
): void {
  const project = (share: number): { x: number; scale: number } => {
    const along = (share - 0.5) * width;
    const scale = 1 / (1 + (Math.sin(yaw) * along) / (EYE_DISTANCE * width));
    return { x: along * Math.cos(yaw) * scale, scale };
  };
  for (let strip = 0; strip < STRIPS; strip += 1) {
    const from = project(strip / STRIPS);
    const to = project((strip + 1) / STRIPS);
    const scale = (from.scale + to.scale) / 2;
    const sourceWidth = source.width / STRIPS;
    // Half a pixel over the next strip, or hairlines would show between them.
    const overlap = strip === STRIPS - 1 ? 0 : 0.6;
    context.drawImage(
      source,
      strip * sourceWidth,
      0,
      sourceWidth,
      source.height,
      from.x,
      top * scale,
      to.x - from.x + overlap,
      height * scale,
    );
  }
}

/** Draws the print about the origin. `groundY` is where the ground lies below it, in the same pixels. */
export function drawPrint(
  context: SKRSContext2D,
  print: Print,
  { yaw, groundY }: { yaw: number; groundY: number },
): void {
  const { width, height, shadowSpread: spread } = print;
  const narrow = Math.cos(yaw);
  const top = -height / 2;
  // In one piece: it is see-through, and strips that overlap would show as lines.
  context.drawImage(print.mirror, (-width / 2) * narrow, groundY, width * narrow, height * 0.42);
  context.globalAlpha = 0.62;
  context.drawImage(
    print.shadow,
    (-width / 2 - spread) * narrow + spread * 0.12,
    top - spread + spread * 0.32,
    (width + spread * 2) * narrow,
    height + spread * 2,
  );
  context.globalAlpha = 1;
  drawTurned(context, print.card, { width, height, top, yaw });
}
