// JSON Schema as TypeScript: as much of it as the OpenAPI document and the models of the catalogue use. What a type cannot
// say (limits, patterns, `if`) is left to the server.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  title?: string;
  description?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  default?: unknown;
}

const SIMPLE: Record<string, string> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

const INDENT = '  ';

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('*/', '* /');
}

export class TypeText {
  readonly #uploads: boolean;

  /** @param uploads whether a field that takes an address takes a Blob too */
  constructor({ uploads }: { uploads: boolean }) {
    this.#uploads = uploads;
  }

  /** The type of a schema, as it stands after a colon. */
  of(schema: Schema, depth = 0): string {
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    if (schema.const !== undefined) return JSON.stringify(schema.const);
    if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
    if (alternatives !== undefined)
      return [...new Set(alternatives.map((one) => this.of(one, depth)))].join(' | ');
    if (Array.isArray(schema.type))
      return schema.type.map((type) => this.of({ ...schema, type }, depth)).join(' | ');
    if (schema.type === 'array') return this.#list(schema, depth);
    if (schema.type === 'object' || schema.properties !== undefined) return this.#record(schema, depth);
    if (this.#uploads && schema.format?.endsWith('url')) return 'string | Blob';
    return SIMPLE[schema.type ?? ''] ?? 'unknown';
  }

  /** An interface with what its members mean. */
  interface(name: string, schema: Schema): string {
    const about = schema.description === undefined ? '' : `/** ${oneLine(schema.description)} */\n`;
    const text = this.of({ ...schema, description: undefined });
    return text.startsWith('{')
      ? `${about}export interface ${name} ${text}\n`
      : `${about}export type ${name} = ${text};\n`;
  }

  #list({ items }: Schema, depth: number): string {
    const item = this.of(items ?? {}, depth);
    return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
  }

  #record({ properties = {}, required = [], additionalProperties }: Schema, depth: number): string {
    const names = Object.entries(properties);
    const others =
      typeof additionalProperties === 'object' ? this.of(additionalProperties, depth) : 'unknown';
    if (names.length === 0) return `Record<string, ${others}>`;
    const indent = INDENT.repeat(depth + 1);
    const members = names.map(([name, schema]) => {
      const facts = [
        schema.description,
        schema.default === undefined ? undefined : `Default: ${JSON.stringify(schema.default)}.`,
      ];
      const about = oneLine(facts.filter((fact) => fact !== undefined).join(' '));
      const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
      const optional = required.includes(name) ? '' : '?';
      const comment = about === '' ? '' : `${indent}/** ${about} */\n`;
      return `${comment}${indent}${key}${optional}: ${this.of(schema, depth + 1)};\n`;
    });
    return `{\n${members.join('')}${INDENT.repeat(depth)}}`;
  }
}
