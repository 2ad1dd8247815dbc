// What a proof must have met to prove anything. Chance brings most of it; what it leaves out is asked for by orders whose
// trouble leads there and nowhere else.
import type { Story } from './checker.ts';
import type { Lane } from './lanes.ts';

interface Case {
  /** So many stories of it make it met. */
  wanted: number;
  isMet(story: Story): boolean;
  /** The step of `steps.ts` that leads there, and the lanes in which it does. */
  step: string;
  lanes: readonly Lane[];
}

export const CASES: Readonly<Record<string, Case>> = {
  'a lost start is found, and its task succeeds': {
    wanted: 10,
    isMet: ({ task, attempts }) =>
      task?.state === 'succeeded' && attempts.some(({ wasUnknown }) => wasUnknown),
    step: 'taken: cut before the answer',
    lanes: ['ark', 'vidu', 'kling', 'fal'],
  },
  'a lost start is given up': {
    wanted: 5,
    isMet: ({ task }) => task?.error === 'outcome_unknown',
    step: 'taken: cut before the answer',
    lanes: ['openai-videos'],
  },
  'a job fails for good, and the task moves on': {
    wanted: 3,
    isMet: ({ jobs }) => jobs.length > 1,
    step: 'taken, then failed there',
    lanes: ['ark', 'vidu', 'kling', 'fal', 'openai-videos'],
  },
};

/** The cases that these stories have not met, by their titles, with how many are wanting. */
export function findUnmet(stories: readonly Story[]): { title: string; wanting: number }[] {
  return Object.entries(CASES)
    .map(([title, { wanted, isMet }]) => ({ title, wanting: wanted - stories.filter(isMet).length }))
    .filter(({ wanting }) => wanting > 0);
}
