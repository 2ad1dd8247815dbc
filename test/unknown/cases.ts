// What a proof must have met to prove anything. Chance provides most of it; what it leaves out is provoked by
// orders whose trouble leads exactly there.
import type { Story } from './checker.ts';
import type { Route } from './routes.ts';

interface Case {
  /** The number of stories in which it must occur. */
  wanted: number;
  isMet(story: Story): boolean;
  /** The step of `steps.ts` that leads there, and the routes on which it does. */
  step: string;
  routes: readonly Route[];
}

export const CASES: Readonly<Record<string, Case>> = {
  'a lost start is found, and its task succeeds': {
    wanted: 10,
    isMet: ({ task, attempts }) =>
      task?.state === 'succeeded' && attempts.some(({ wasUnknown }) => wasUnknown),
    step: 'taken: cut before the answer',
    routes: ['ark', 'vidu', 'kling', 'fal'],
  },
  'a lost start is given up': {
    wanted: 5,
    isMet: ({ task }) => task?.error === 'outcome_unknown',
    step: 'taken: cut before the answer',
    routes: ['openai-videos'],
  },
  'a job fails for good, and the task moves on': {
    wanted: 3,
    isMet: ({ jobs }) => jobs.length > 1,
    step: 'taken, then failed there',
    routes: ['ark', 'vidu', 'kling', 'fal', 'openai-videos'],
  },
};

/** The cases that these stories have not met, by their titles, with the number that is missing. */
export function findUnmet(stories: readonly Story[]): { title: string; wanting: number }[] {
  return Object.entries(CASES)
    .map(([title, { wanted, isMet }]) => ({ title, wanting: wanted - stories.filter(isMet).length }))
    .filter(({ wanting }) => wanting > 0);
}
