// Follows the mouth of the person in a clip, by a look some times a second.
import { resizePlane } from '../photo/plane.ts';
import { sensePeople } from '../photo/segment.ts';
import { type Clip, eachFrame } from './clip.ts';
import { findMouth, type Mouth } from './face.ts';
import { readUpright, uprightSize } from './upright.ts';

/** Mouths at even times. Lengths are parts of the clip's height, places are measured from the middle of the frame. */
export interface MouthTrack {
  mouthsPerSecond: number;
  mouths: Mouth[];
  /** Of the clip: after so many seconds it begins again. */
  seconds: number;
}

const LOOKS_A_SECOND = 6;
const LOOKS_MAX = 48;
/** A face is a small part of a frame, so that more pixels are looked at than for a body. */
const SIDE = 640;
const FOUND_SHARE_MIN = 0.5;

/** @returns undefined where the mouth is not seen for half of the time. */
export async function followMouth(clip: Clip, seconds: number): Promise<MouthTrack | undefined> {
  const count = Math.max(3, Math.min(LOOKS_MAX, Math.ceil(seconds * LOOKS_A_SECOND) + 1));
  const atSeconds = Array.from({ length: count }, (_, at) => (at * seconds) / (count - 1));
  const found: (Mouth | undefined)[] = [];
  await eachFrame(clip, { atSeconds, name: 'Video 1' }, (picture) => {
    const misses = found.filter((mouth) => mouth === undefined).length;
    if (misses > count * (1 - FOUND_SHARE_MIN)) return;
    const upright = uprightSize(picture);
    const scale = Math.min(1, SIDE / Math.max(upright.width, upright.height));
    const size = { width: Math.round(upright.width * scale), height: Math.round(upright.height * scale) };
    const pixels = { ...size, rgba: readUpright(picture, size) };
    const people = sensePeople(pixels);
    const mouth = people && findMouth(pixels, resizePlane(people, size.width, size.height));
    found.push(
      mouth && {
        x: (mouth.x - size.width / 2) / size.height,
        y: (mouth.y - size.height / 2) / size.height,
        faceWidth: mouth.faceWidth / size.height,
      },
    );
  });
  const known = found.flatMap((mouth, at) => (mouth ? [{ mouth, at }] : []));
  if (known.length < count * FOUND_SHARE_MIN) return undefined;
  const mouths = atSeconds.map((_, at) => {
    const nearest = known.toSorted((one, other) => Math.abs(one.at - at) - Math.abs(other.at - at));
    // The three nearest together: a look that was mistaken moves the mouth less.
    return meanOf(nearest.slice(0, 3).map(({ mouth }) => mouth));
  });
  return { mouthsPerSecond: (count - 1) / seconds, mouths, seconds: clip.seconds };
}

function meanOf(mouths: readonly Mouth[]): Mouth {
  const mean = (read: (mouth: Mouth) => number): number =>
    mouths.reduce((sum, mouth) => sum + read(mouth), 0) / mouths.length;
  return { x: mean(({ x }) => x), y: mean(({ y }) => y), faceWidth: mean(({ faceWidth }) => faceWidth) };
}

/** The mouth at a moment of a draft, which may show the clip more than once. */
export function mouthAt({ mouths, mouthsPerSecond, seconds }: MouthTrack, timeSeconds: number): Mouth {
  const at = Math.min(mouths.length - 1, (timeSeconds % seconds) * mouthsPerSecond);
  const before = mouths[Math.floor(at)]!;
  const after = mouths[Math.min(mouths.length - 1, Math.floor(at) + 1)]!;
  const part = at - Math.floor(at);
  return {
    x: before.x + (after.x - before.x) * part,
    y: before.y + (after.y - before.y) * part,
    faceWidth: before.faceWidth + (after.faceWidth - before.faceWidth) * part,
  };
}
