// What the route schemas of this door share beside the plain form (doors/plain-schemas.ts).
import { Type } from 'typebox';
import { pageSizeField } from '../../http/fields.ts';

export const time = Type.Integer({ description: 'Unix seconds.' });
export const credits = Type.Number({ description: 'Credits, exact to six decimals.' });
export const book = Type.Enum(['live', 'test'], { description: 'Live credits, or those of test keys.' });

/** The parameters of a list whose rows have names, most of which fit on one page. */
export const namedPageQuery = {
  limit: pageSizeField({ max: 200, usual: 200 }),
  after: Type.Optional(Type.String({ description: '`next` of the page before.' })),
};
