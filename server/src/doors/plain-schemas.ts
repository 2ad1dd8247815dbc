// What the route schemas of the plain doors share. They describe (OpenAPI) and check: a record has these names and no
// other.
import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import { idField, pageSizeField } from '../http/fields.ts';

export function orNull<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** An object with these names alone. @param title its name in the OpenAPI document, unlike that of any other. */
export function record<Fields extends TProperties>(title: string, fields: Fields, description?: string) {
  return Type.Object(fields, { title, description, additionalProperties: false });
}

/** A body with these names alone: another name is refused. */
export function body<Fields extends TProperties>(fields: Fields) {
  return Type.Object(fields, { additionalProperties: false });
}

/** What every list answers. */
export function page<Item extends TSchema>(item: Item) {
  return Type.Object(
    {
      items: Type.Array(item),
      next: orNull(Type.String({ description: 'The `after` of the next page; null on the last.' })),
    },
    { additionalProperties: false },
  );
}

/** The parameters that every list has. */
export const pageQuery = {
  limit: pageSizeField({ max: 200, usual: 50 }),
  after: Type.Optional(idField('`next` of the page before.')),
};

/** A record as it is answered. A presenter that says so in its type agrees with the schema of its routes. */
export type Presented<Schema extends TSchema> = Static<Schema>;
