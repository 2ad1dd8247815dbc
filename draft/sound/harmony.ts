// What pieces of music share: scales, and notes as numbers of MIDI (60 is middle C).

/** Half-tones above the tonic. */
export const SCALES = {
  major: [0, 2, 4, 5, 7, 9, 11],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  harmonicMinor: [0, 2, 3, 5, 7, 8, 11],
} as const;

export function hertzOf(midi: number): number {
  return 440 * 2 ** ((midi - 69) / 12);
}

/** Moves a note by octaves into the octave round `center`: neighbouring chords then share a place, as voices do. */
export function nearCenter(midi: number, center: number): number {
  return center - 6 + ((((midi - center + 6) % 12) + 12) % 12);
}
