// What the route schemas of this door share beside the plain form (doors/plain-schemas.ts).
import { Type } from 'typebox';

export const id = Type.String({ format: 'uuid' });
export const time = Type.String({ format: 'date-time', description: 'ISO 8601, in UTC.' });
export const credits = Type.Number({ description: 'Credits, exact to six decimals.' });
export const book = Type.Enum(['live', 'test'], { description: 'Live credits, or those of test keys.' });
export const role = Type.Enum(['reader', 'member', 'owner'], {
  description: 'A reader reads, a member also spends, an owner also manages keys, people and secrets.',
});
