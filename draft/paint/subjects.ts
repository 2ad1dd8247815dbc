// Puts the figures of a plan into a scene: who goes on the ground, on the water or in the air, how large, how many
// and which way they move. All cross their best place in the picture at the middle of the film.
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Framing, SubjectKind, TimeOfDay } from '../plan/plan.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import { drawAtDepth, type Frame, type View } from './camera.ts';
import { mixColors, parseColor, type Rgb, toCss } from './color.ts';
import type { FigureStyle } from './figures/figure.ts';
import { type Medium, SUBJECT_BUILDS, type SubjectBuild } from './subject-builds.ts';

/** A place of the scene where subjects of one medium belong. */
export interface SubjectPlace {
  /** Middle of the group, in shares of the frame. */
  x: number;
  /** The ground, the water line, or the middle of the flight. */
  y: number;
  /** Height of a person here, in units of the frame. */
  size: number;
  depth: number;
  /** How far the group spreads up and down, in units. */
  spreadY: number;
}

/** Where a scene takes its subjects. A medium that is missing goes to the place named by `otherwise`. */
export interface Habitat {
  places: Partial<Record<Medium, SubjectPlace>>;
  otherwise: Medium;
  /** Colours of the figures, if not those of the atmosphere. */
  style?: Partial<FigureStyle>;
  /** Everything floats: nobody needs ground under the feet. */
  weightless?: boolean;
  /** Figures on the water are mirrored below it. */
  mirrored?: boolean;
  /** The places have the size that is wanted already: a subject that is to fill the frame does so. */
  framed?: boolean;
}

export interface Subjects {
  /** Whether the plan names any. */
  any: boolean;
  has(kind: SubjectKind): boolean;
  /** Draws those that belong to the given media, farthest first. */
  paint(context: SKRSContext2D, moment: { view: View; timeSeconds: number }, media: readonly Medium[]): void;
}

interface Member {
  kind: SubjectKind;
  build: SubjectBuild;
  medium: Medium;
  place: SubjectPlace;
  /** Place at the middle of the film, in pixels. */
  x: number;
  y: number;
  height: number;
  facing: number;
  variety: number;
  pace: number;
  color: Rgb | undefined;
}

const FLOCKS: readonly SubjectKind[] = ['bird', 'fish', 'butterfly'];
/** Drawn around their middle, not standing on their foot. */
const SWIMMERS: readonly SubjectKind[] = ['fish', 'whale', 'jellyfish'];

function countMembers(kind: SubjectKind, count: number, framing: Framing): number {
  const wanted = FLOCKS.includes(kind) && count === 1 && framing !== 'close' ? 7 : count;
  return Math.max(1, Math.min(SUBJECT_BUILDS[kind].countMax, wanted));
}

/** How much larger than in a wide view a subject is that the prompt is about. */
const FRAMING_SCALES: Record<Framing, number> = { wide: 1, medium: 1.4, close: 2.3 };
/** And how much of the height it has at least: a cat that is close is as large as a horse. */
const LEAST_SHARES: Record<Framing, number> = { wide: 0, medium: 0.32, close: 0.52 };
/** A subject that fills the frame has at most these shares of its height and of its width. */
const FILLED = { height: 0.66, width: 0.86 };

/** The height of a figure, in pixels: enlarged by the framing, but never past the edges for its sake. */
function scaleToFraming(height: number, { framing, frame, least, width }: FramingScale): number {
  const most = Math.min(FILLED.height * frame.height, (FILLED.width * frame.width) / width);
  const wanted = Math.max(height * FRAMING_SCALES[framing], least);
  return Math.max(height, Math.min(wanted, most));
}

interface FramingScale {
  framing: Framing;
  frame: Frame;
  /** Pixels. */
  least: number;
  /** Of the whole group, in its heights. */
  width: number;
}

/** Groups after the first stand to the left and right of it. */
function offsetOfGroup(order: number): number {
  return (order % 2 === 0 ? 1 : -1) * 0.2 * Math.ceil(order / 2);
}

function nearestMedium(medium: Medium, habitat: Habitat): Medium {
  return medium === 'far' && habitat.places.ground ? 'ground' : habitat.otherwise;
}

function arrangeGroup(
  group: {
    kind: SubjectKind;
    count: number;
    color?: string;
    order: number;
    facing: number;
    framing: Framing;
  },
  frame: Frame,
  habitat: Habitat,
  random: () => number,
): Member[] {
  const build = SUBJECT_BUILDS[group.kind];
  // Where there is weight, an astronaut stands.
  const wanted = group.kind === 'astronaut' && !habitat.weightless ? 'ground' : build.medium;
  const medium = [wanted, nearestMedium(wanted, habitat)].find((each) => habitat.places[each]);
  const place = medium && habitat.places[medium];
  if (!place) return [];
  const framing = habitat.framed ? 'wide' : group.framing;
  const count = countMembers(group.kind, group.count, framing);
  const plain = (build.height * place.size * frame.unit) / Math.sqrt(1 + (count - 1) * 0.12);
  // What the prompt names first is what it is about; the rest keeps its proportion to it.
  const least = group.order === 0 ? LEAST_SHARES[framing] * frame.height : 0;
  const base = scaleToFraming(plain, { framing, frame, least, width: build.gap * count });
  const floats = medium === 'air' || habitat.weightless;
  return Array.from({ length: count }, (_, index) => {
    const back = (random() - 0.5) * place.spreadY;
    const height = base * (1 + back * 1.6);
    const stray = count > 1 ? (random() - 0.5) * 0.5 : 0;
    const rank = index - (count - 1) / 2 + stray;
    return {
      kind: group.kind,
      build,
      medium,
      place,
      x: (place.x + offsetOfGroup(group.order)) * frame.width + rank * build.gap * height,
      y: Math.max(
        place.y * frame.height + back * frame.unit * (floats ? 1.7 : 0.6),
        // Large flyers keep their wings in the picture.
        medium === 'air' ? height * 0.6 : 0,
      ),
      height,
      facing: group.facing,
      variety: random(),
      pace: 0.9 + random() * 0.2,
      color: group.color === undefined ? undefined : parseColor(group.color),
    };
  });
}

function arrangeMembers(stage: Stage, frame: Frame, habitat: Habitat): Member[] {
  const random = createRandom(deriveSeed(stage.seed, 'subjects'));
  const facing = random() > 0.5 ? 1 : -1;
  return stage.plan.subjects
    .slice(0, 5)
    .flatMap((subject, order) =>
      arrangeGroup({ ...subject, order, facing, framing: stage.plan.framing }, frame, habitat, random),
    )
    .sort((first, second) => first.y - second.y);
}

/** How much of its own colour a figure shows; the rest of it stands against the light. */
const COLOR_SHARES: Record<TimeOfDay, number> = {
  dawn: 0.55,
  day: 0.95,
  sunset: 0.5,
  dusk: 0.35,
  night: 0.25,
};

const MOONLIGHT: Rgb = [196, 212, 255];

function createStyle(stage: Stage, atmosphere: Atmosphere, member: Member, habitat: Habitat): FigureStyle {
  const lightSide = (atmosphere.sunX > 0.5 ? 1 : -1) * member.facing;
  const rim: Rgb = mixColors(atmosphere.direct, atmosphere.sky[3], 0.45);
  const { timeOfDay, weather } = stage.plan;
  // By night a dark flyer is seen by its edge alone.
  const isNightFlyer = member.medium === 'air' && timeOfDay === 'night';
  const base: FigureStyle = {
    body: atmosphere.shadow,
    rim: isNightFlyer ? mixColors(rim, MOONLIGHT, 0.5) : rim,
    accent: atmosphere.accent,
    lightSide,
    lampsOn: timeOfDay === 'night' || timeOfDay === 'dusk' || weather === 'storm',
  };
  const lit = (albedo: Rgb, amount: number): Rgb => lightColor(atmosphere, albedo, amount);
  const coat = member.color ?? member.build.coat;
  const share = member.color ? Math.max(0.6, COLOR_SHARES[timeOfDay]) : COLOR_SHARES[timeOfDay];
  const colored: Partial<FigureStyle> = coat
    ? {
        body: mixColors(base.body, lit(coat, 0.06), share),
        rim: mixColors(base.rim, lit(coat, 0.95), share * 0.6),
        bright: mixColors(base.body, lit(coat, 0.8), share),
      }
    : {};
  const paint =
    member.color ?? (stage.plan.colors[0] === undefined ? undefined : parseColor(stage.plan.colors[0]));
  const chosen = { ...base, ...colored, lit, ...(paint ? { paint } : {}), ...habitat.style, lightSide };
  const faded = (1 - member.place.depth) * 0.5 * Math.min(1.5, atmosphere.hazeAmount);
  return { ...chosen, body: mixColors(chosen.body, atmosphere.haze, Math.min(0.6, faded * 0.6)) };
}

/** A soft shadow on the ground, drawn away from the light. */
function castShadow(
  context: SKRSContext2D,
  foot: { x: number; y: number; height: number; width: number },
  style: FigureStyle,
): void {
  const reach = foot.height * Math.min(1.6, 0.3 + foot.width * 0.34);
  context.save();
  context.translate(foot.x, foot.y);
  context.scale(1, 0.11);
  const shade = context.createRadialGradient(0, 0, 0, 0, 0, reach);
  shade.addColorStop(0, toCss(style.body, 0.5));
  shade.addColorStop(0.45, toCss(style.body, 0.26));
  shade.addColorStop(1, toCss(style.body, 0));
  context.fillStyle = shade;
  context.fillRect(-reach, -reach, reach * 2, reach * 2);
  context.restore();
}

function paintMember(
  context: SKRSContext2D,
  member: Member,
  style: FigureStyle,
  moment: { fromMiddle: number; seconds: number; mirrored: boolean; weightless: boolean; unit: number },
): void {
  const { build, facing, height } = member;
  const still = build.speed === 0;
  const travel =
    moment.fromMiddle *
    build.speed *
    moment.unit *
    member.pace *
    facing *
    (height / moment.unit / 0.2) ** 0.5;
  const floating = member.medium === 'water' || member.medium === 'air';
  const bob = floating ? Math.sin(moment.seconds * 0.9 + member.variety * 12) * height * 0.03 : 0;
  const climbs = member.kind === 'rocket';
  const x = member.x + (still || climbs ? 0 : travel);
  const y = member.y + bob - (climbs ? Math.abs(travel) * Math.sign(moment.fromMiddle) * 3 : 0);
  const pose = { seconds: moment.seconds * member.pace + member.variety * 3, variety: member.variety };
  const centred = member.medium === 'air' || SWIMMERS.includes(member.kind) ? 0.5 : 0;
  if (member.medium === 'ground' && centred === 0 && !moment.weightless)
    castShadow(context, { x, y, height, width: build.gap }, style);
  context.save();
  context.translate(x, y + centred * height);
  context.scale(height * facing, height);
  if (moment.mirrored && member.medium === 'water' && centred === 0) {
    context.save();
    context.globalAlpha = 0.3;
    context.transform(1, 0, Math.sin(moment.seconds * 1.6) * 0.03, -0.72, 0, 0);
    build.draw(context, style, pose);
    context.restore();
  }
  build.draw(context, style, pose);
  context.restore();
}

/** The figures of the plan, placed for a scene. */
export function prepareSubjects(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
  habitat: Habitat,
): Subjects {
  const members = arrangeMembers(stage, frame, habitat).map((member) => ({
    member,
    style: createStyle(stage, atmosphere, member, habitat),
  }));
  const pace = Math.min(1.6, stage.plan.speed);
  return {
    any: members.length > 0,
    has: (kind) => members.some(({ member }) => member.kind === kind),
    paint: (context, { view, timeSeconds }, media) => {
      const seconds = timeSeconds * pace;
      const fromMiddle = seconds - (stage.durationSeconds / 2) * pace;
      for (const { member, style } of members) {
        if (!media.includes(member.medium)) continue;
        drawAtDepth(context, { frame, view }, member.place.depth, () => {
          paintMember(context, member, style, {
            fromMiddle,
            seconds,
            mirrored: habitat.mirrored ?? false,
            weightless: habitat.weightless ?? false,
            unit: frame.unit,
          });
        });
      }
    },
  };
}
