// Who plays the people of the prompt: where a person was cut out of a picture, that person does, and no drawn figure
// may be added as a second one.
import type { Photo } from '../photo/photo.ts';
import type { Plan, SubjectKind } from '../plan/plan.ts';
import { hasPerson } from './subject-frame.ts';

const PEOPLE: readonly SubjectKind[] = ['person', 'dancer', 'couple', 'crowd', 'astronaut'];

/** How a task's `understood` names it. */
const AS_PICTURED = 'subject: the person of your picture';

/**
 * The plan for these photos: its people are left to those of the photos, and its report says so. Without a person in any
 * photo it is the plan as it was.
 */
export function castPeople(plan: Plan, photos: readonly Photo[]): Plan {
  if (!photos.some((photo) => hasPerson(photo))) return plan;
  const understood = plan.understood.map(({ word, as }) => ({
    word,
    as: as
      .split(', ')
      .map((part) => (PEOPLE.some((kind) => part === `subject: ${kind}`) ? AS_PICTURED : part))
      .join(', '),
  }));
  return { ...plan, understood, subjects: plan.subjects.filter(({ kind }) => !PEOPLE.includes(kind)) };
}
