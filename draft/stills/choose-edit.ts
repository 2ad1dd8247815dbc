// What a prompt asks for the user's own picture, from the words that drafts understand and some names of styles. The
// first of these that the prompt names counts: a style, a place, a light, a look, a colour. Pure.
import type { StillEdit, UnderstoodWord } from '../job.ts';
import { readWords } from '../plan/dictionary.ts';
import { listForms, listWords } from '../plan/fold.ts';
import type { Plan, TimeOfDay } from '../plan/plan.ts';

/** Ways to draw a picture again with other means. */
export type Medium = 'sketch' | 'poster' | 'watercolour';

/** What is done to a picture: its kind, and of what sort. */
export type Edit =
  | { kind: Extract<StillEdit, 'scene'> }
  | { kind: Extract<StillEdit, 'relight'>; time: TimeOfDay }
  | { kind: Extract<StillEdit, 'restyle'>; look: Medium | Plan['grade'] }
  | { kind: Extract<StillEdit, 'recolour'>; color: string };

export interface ChosenEdit {
  edit: Edit;
  /** The words that it was chosen by, for the report. */
  understood: UnderstoodWord[];
  note?: string;
}

/** Names of media in English, German, French, Chinese; one is enough of a hint. */
const MEDIA: Record<Medium, readonly string[]> = {
  sketch: [
    ...['sketch', 'pencil', 'drawing', 'charcoal', 'engraving', 'doodle'],
    ...['zeichnung', 'bleistift', 'skizze', 'dessin', 'crayon', '素描', '铅笔', '线稿'],
  ],
  poster: [
    ...[
      'poster',
      'cartoon',
      'comic',
      'anime',
      'manga',
      'illustration',
      'vector',
      'pop art',
      'pixar',
      'clay',
      'lego',
    ],
    ...['plakat', 'affiche', '卡通', '动漫', '漫画', '插画', '海报'],
  ],
  watercolour: [
    ...[
      'watercolour',
      'watercolor',
      'painting',
      'painted',
      'oil',
      'gouache',
      'impressionist',
      'canvas',
      'ghibli',
    ],
    ...['aquarell', 'gemalde', 'olgemalde', 'aquarelle', 'peinture', '水彩', '油画', '国画'],
  ],
};

const DEFAULT_NOTE =
  'No word of the prompt names a change that a draft can draw; the picture was put into evening light instead.';

function findMedium(prompt: string): { medium: Medium; word: string } | undefined {
  const words = listWords(prompt);
  const text = words.join(' ');
  for (const [medium, names] of Object.entries(MEDIA) as [Medium, readonly string[]][]) {
    for (const name of names) {
      const isThere = /^\p{Script=Latin}+$/u.test(name)
        ? words.some((word) => listForms(word).includes(name))
        : text.includes(name);
      if (isThere) return { medium, word: name };
    }
  }
  return undefined;
}

/** Chooses the change of a picture. @param plan of the same prompt. */
export function chooseEdit(prompt: string, plan: Plan): ChosenEdit {
  const found = findMedium(prompt);
  if (found) {
    const understood = [{ word: found.word, as: `style: ${found.medium}` }];
    return { edit: { kind: 'restyle', look: found.medium }, understood };
  }
  const meanings = readWords(listWords(prompt)).flatMap(({ text, meanings: all }) =>
    all.map((meaning) => ({ word: text, ...meaning })),
  );
  const first = (wordClass: string) => meanings.find((meaning) => meaning.class === wordClass);
  const place = first('place');
  if (place) return { edit: { kind: 'scene' }, understood: plan.understood };
  const time = first('time');
  if (time) {
    const edit: Edit = { kind: 'relight', time: time.value as TimeOfDay };
    return { edit, understood: [{ word: time.word, as: `time: ${time.value}` }] };
  }
  const grade = first('grade');
  if (grade) {
    const edit: Edit = { kind: 'restyle', look: grade.value as Plan['grade'] };
    return { edit, understood: [{ word: grade.word, as: `grade: ${grade.value}` }] };
  }
  const color = first('color');
  if (color) {
    const edit: Edit = { kind: 'recolour', color: color.value };
    return { edit, understood: [{ word: color.word, as: `color: ${color.value}` }] };
  }
  return { edit: { kind: 'relight', time: 'sunset' }, understood: [], note: DEFAULT_NOTE };
}
