// Puts the figures of a plan into a scene: who goes on the ground, on the water or in the air, how large, how many
// and which way they move. All cross their best place in the picture at the middle of the film.
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { SubjectKind } from '../plan/plan.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import type { Atmosphere } from './atmosphere.ts';
import { drawAtDepth, type Frame, type View } from './camera.ts';
import { mixColors, type Rgb, toCss } from './color.ts';
import { drawCat, drawDeer, drawDog, drawHorse, drawWolf } from './figures/animals.ts';
import type { Figure, FigureStyle } from './figures/figure.ts';
import { drawBalloon, drawBird, drawButterfly, drawDragon, drawRocket } from './figures/flyers.ts';
import { drawCastle, drawPalm } from './figures/landmarks.ts';
import { drawAstronaut, drawCouple, drawCrowd, drawDancer, drawPerson, drawRobot } from './figures/people.ts';
import { drawFish, drawJellyfish, drawWhale } from './figures/sea-life.ts';
import {
  drawBoat,
  drawCar,
  drawHouse,
  drawLighthouse,
  drawShip,
  drawTrain,
  drawTree,
} from './figures/vehicles.ts';

/** `far` is the ground in the distance, for what does not fit the foreground: houses, trains. */
export type Medium = 'ground' | 'far' | 'water' | 'air';

interface SubjectBuild {
  draw: Figure;
  medium: Medium;
  /** Height in people: 1 is as tall as a walker in the same place. */
  height: number;
  /** Units of frame per second at hero size. */
  speed: number;
  /** Gap between the members of a group, in own heights. */
  gap: number;
  countMax: number;
}

const SUBJECT_BUILDS: Record<SubjectKind, SubjectBuild> = {
  person: { draw: drawPerson, medium: 'ground', height: 1, speed: 0.036, gap: 0.7, countMax: 7 },
  dancer: { draw: drawDancer, medium: 'ground', height: 1.12, speed: 0, gap: 1, countMax: 5 },
  couple: { draw: drawCouple, medium: 'ground', height: 1, speed: 0.022, gap: 1.2, countMax: 3 },
  crowd: { draw: drawCrowd, medium: 'ground', height: 0.8, speed: 0.016, gap: 2.1, countMax: 3 },
  robot: { draw: drawRobot, medium: 'ground', height: 1.1, speed: 0.03, gap: 0.9, countMax: 5 },
  horse: { draw: drawHorse, medium: 'ground', height: 1.25, speed: 0.1, gap: 1.05, countMax: 7 },
  deer: { draw: drawDeer, medium: 'ground', height: 0.95, speed: 0.034, gap: 0.9, countMax: 5 },
  wolf: { draw: drawWolf, medium: 'ground', height: 0.62, speed: 0.05, gap: 1.5, countMax: 7 },
  dog: { draw: drawDog, medium: 'ground', height: 0.5, speed: 0.045, gap: 1.5, countMax: 5 },
  cat: { draw: drawCat, medium: 'ground', height: 0.44, speed: 0.028, gap: 1.6, countMax: 5 },
  car: { draw: drawCar, medium: 'ground', height: 0.56, speed: 0.13, gap: 4, countMax: 4 },
  train: { draw: drawTrain, medium: 'far', height: 0.62, speed: 0.18, gap: 14, countMax: 1 },
  tree: { draw: drawTree, medium: 'far', height: 2, speed: 0, gap: 0.8, countMax: 7 },
  palm: { draw: drawPalm, medium: 'ground', height: 3, speed: 0, gap: 0.42, countMax: 5 },
  castle: { draw: drawCastle, medium: 'far', height: 3.2, speed: 0, gap: 1.8, countMax: 2 },
  house: { draw: drawHouse, medium: 'far', height: 1.25, speed: 0, gap: 1.5, countMax: 5 },
  lighthouse: { draw: drawLighthouse, medium: 'far', height: 2.1, speed: 0, gap: 1.4, countMax: 2 },
  boat: { draw: drawBoat, medium: 'water', height: 1.1, speed: 0.014, gap: 1.3, countMax: 7 },
  ship: { draw: drawShip, medium: 'water', height: 0.85, speed: 0.016, gap: 3.6, countMax: 3 },
  whale: { draw: drawWhale, medium: 'water', height: 1.35, speed: 0.03, gap: 2.4, countMax: 4 },
  fish: { draw: drawFish, medium: 'water', height: 0.32, speed: 0.05, gap: 1.1, countMax: 14 },
  jellyfish: { draw: drawJellyfish, medium: 'water', height: 0.9, speed: 0.006, gap: 0.9, countMax: 9 },
  bird: { draw: drawBird, medium: 'air', height: 0.3, speed: 0.05, gap: 1, countMax: 21 },
  butterfly: { draw: drawButterfly, medium: 'air', height: 0.3, speed: 0.02, gap: 1.5, countMax: 12 },
  dragon: { draw: drawDragon, medium: 'air', height: 2.1, speed: 0.05, gap: 1.8, countMax: 3 },
  balloon: { draw: drawBalloon, medium: 'air', height: 1.05, speed: 0.008, gap: 1.2, countMax: 9 },
  rocket: { draw: drawRocket, medium: 'air', height: 1.1, speed: 0.02, gap: 1, countMax: 3 },
  astronaut: { draw: drawAstronaut, medium: 'air', height: 1.05, speed: 0.008, gap: 1.1, countMax: 4 },
};

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
}

const FLOCKS: readonly SubjectKind[] = ['bird', 'fish', 'butterfly'];
/** Drawn around their middle, not standing on their foot. */
const SWIMMERS: readonly SubjectKind[] = ['fish', 'whale', 'jellyfish'];

function countMembers(kind: SubjectKind, count: number): number {
  const wanted = FLOCKS.includes(kind) && count === 1 ? 7 : count;
  return Math.max(1, Math.min(SUBJECT_BUILDS[kind].countMax, wanted));
}

/** Groups after the first stand to the left and right of it. */
function offsetOfGroup(order: number): number {
  return (order % 2 === 0 ? 1 : -1) * 0.2 * Math.ceil(order / 2);
}

function nearestMedium(medium: Medium, habitat: Habitat): Medium {
  return medium === 'far' && habitat.places.ground ? 'ground' : habitat.otherwise;
}

function arrangeGroup(
  group: { kind: SubjectKind; count: number; order: number; facing: number },
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
  const count = countMembers(group.kind, group.count);
  const base = (build.height * place.size * frame.unit) / Math.sqrt(1 + (count - 1) * 0.12);
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
    };
  });
}

function arrangeMembers(stage: Stage, frame: Frame, habitat: Habitat): Member[] {
  const random = createRandom(deriveSeed(stage.seed, 'subjects'));
  const facing = random() > 0.5 ? 1 : -1;
  return stage.plan.subjects
    .slice(0, 5)
    .flatMap(({ kind, count }, order) => arrangeGroup({ kind, count, order, facing }, frame, habitat, random))
    .sort((first, second) => first.y - second.y);
}

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
  const chosen = { ...base, ...habitat.style, lightSide };
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
