// The words that schemas of requests are written with, beside those of TypeBox. Each says once what a field takes;
// read.ts checks it and the OpenAPI document shows it.
import { type Static, type TOptional, type TSchema, Type } from 'typebox';
import { METADATA } from '../tasks/metadata.ts';

/** The format of an id, as lists give it. */
export const ID_FORMAT = 'uuid';
/** The format of a time in whole seconds since 1970, as the OpenAPI registry of formats calls it. */
export const TIME_FORMAT = 'unixtime';
/** The format of a time in ISO 8601, as JSON Schema calls it. */
export const MOMENT_FORMAT = 'date-time';
/** The format of a day, as JSON Schema calls it. */
export const DAY_FORMAT = 'date';
/** Ten digits: until the year 2286. */
const UNIX_SECONDS_MAX = 9_999_999_999;

/** A field that need not be given, and what it is then. */
export type Defaulted<Schema extends TSchema> = TOptional<Schema> & { default: Static<Schema> };

/** Makes a field one that need not be given. @param value what it is then. */
export function withDefault<Schema extends TSchema>(
  schema: Schema,
  value: Static<Schema>,
): Defaulted<Schema> {
  return Object.assign(Type.Optional(schema), { default: value }) as unknown as Defaulted<Schema>;
}

/** The id of something, as a list gives it. */
export function idField(description: string) {
  return Type.String({ format: ID_FORMAT, description });
}

/** A time in Unix seconds. */
export function timeField(description: string) {
  return Type.Integer({ format: TIME_FORMAT, minimum: 0, maximum: UNIX_SECONDS_MAX, description });
}

/** A time in ISO 8601 with its zone. */
export function momentField(description: string) {
  return Type.String({ format: MOMENT_FORMAT, description });
}

/** A day, as 2026-11-30. */
export function dayField(description: string) {
  return Type.String({ format: DAY_FORMAT, description });
}

/** How many items a page has. */
export function pageSizeField({ max, usual }: { max: number; usual: number }) {
  return withDefault(Type.Integer({ minimum: 1, maximum: max }), usual);
}

/** Where a page begins. */
export function cursorField() {
  return Type.Optional(idField('next_cursor of the page before.'));
}

/** Texts of the client's own by name, as `findMetadataFaults` checks them. */
export function metadataField() {
  return Type.Record(
    Type.String({ maxLength: METADATA.nameCharactersMax }),
    Type.String({ maxLength: METADATA.textCharactersMax }),
    { maxProperties: METADATA.namesMax },
  );
}

/** How a list of tasks is asked for metadata; read by `readMetadataFilter`. */
export function metadataQuery() {
  const description =
    'Tasks whose metadata has this text under NAME, which stands for a name of yours; several may be given.';
  return { 'metadata.NAME': Type.Optional(Type.String({ description })) };
}
