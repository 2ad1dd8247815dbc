// Decides which part of a photo's person is shown, so that the places where the photo cut the person off lie outside
// of the frame or can be faded away. Pure geometry over the mask.
import type { Photo } from '../photo/photo.ts';

/** A photo whose person is to be cut out. */
export type PersonPhoto = Photo & { mask: Uint8Array };

/** What to take of a photo, in its pixels. */
export interface SubjectFrame {
  x: number;
  y: number;
  width: number;
  height: number;
  /** The feet are seen: the person can stand on the ground instead of rising from the lower edge. */
  isStanding: boolean;
  /** The photo cuts the head off. */
  isTopCut: boolean;
  /** First row, in photo pixels, in which a side of the photo cuts the person; the frame's end where none does. */
  leftCutY: number;
  rightCutY: number;
  /** Width of the head, roughly, in photo pixels: people in a group are brought to heads of one size. */
  headWidth: number;
}

const SHARE_MIN = 0.05;
const SHARE_MAX = 0.8;
/** At least this part of a person is shown, even where a side cut begins higher. */
const SHOWN_SHARE_MIN = 0.8;
const COVERED = 110;

/** Whether a photo holds a person that can be cut out, rather than a crowd's corner or a whole picture of skin. */
export function hasPerson(photo: Photo): photo is PersonPhoto {
  return photo.mask !== undefined && photo.personShare >= SHARE_MIN && photo.personShare <= SHARE_MAX;
}

/** The first of the rows from `top` on that the column's mask covers for good, not by a speck. */
function findCutRow(
  photo: PersonPhoto,
  column: number,
  { top, bottom }: { top: number; bottom: number },
): number {
  const runMin = Math.max(3, Math.round(photo.height / 60));
  let run = 0;
  for (let y = top; y < bottom; y += 1) {
    run = photo.mask[y * photo.width + column]! > COVERED ? run + 1 : 0;
    if (run >= runMin) return y - run + 1;
  }
  return bottom;
}

function coveredShareOfRow(photo: PersonPhoto, row: number): number {
  let covered = 0;
  for (let x = 0; x < photo.width; x += 1) if (photo.mask[row * photo.width + x]! > COVERED) covered += 1;
  return covered / photo.width;
}

/** The middle width of the rows in which a head lies if the person is upright. */
function measureHead(photo: PersonPhoto): number {
  const { box } = photo;
  const rows = [0.06, 0.09, 0.12, 0.15, 0.18].map((share) => Math.round(box.y + box.height * share));
  const widths = rows.map((row) => coveredShareOfRow(photo, Math.min(photo.height - 1, row)) * photo.width);
  return Math.max(4, widths.sort((one, other) => one - other)[2]!);
}

export function frameSubject(photo: PersonPhoto): SubjectFrame {
  const { box, width, height } = photo;
  const pad = Math.round(Math.max(box.width, box.height) * 0.03);
  const left = Math.max(0, box.x - pad);
  const right = Math.min(width, box.x + box.width + pad);
  const top = Math.max(0, box.y - pad);
  const bottom = Math.min(height, box.y + box.height + pad);
  const isStanding = coveredShareOfRow(photo, height - 1) < 0.02;
  const span = { top, bottom };
  const leftCutY = left === 0 ? findCutRow(photo, 0, span) : bottom;
  const rightCutY = right === width ? findCutRow(photo, width - 1, span) : bottom;
  const lowest = Math.min(
    bottom,
    Math.max(Math.min(leftCutY, rightCutY), box.y + box.height * SHOWN_SHARE_MIN),
  );
  return {
    x: left,
    y: top,
    width: right - left,
    height: Math.round(isStanding ? bottom - top : lowest - top),
    isStanding,
    isTopCut: coveredShareOfRow(photo, 0) > 0.04,
    leftCutY,
    rightCutY,
    headWidth: measureHead(photo),
  };
}
