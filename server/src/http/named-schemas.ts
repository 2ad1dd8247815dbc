// Gives the schemas of the OpenAPI document their names: one that has a title stands once in the components, and each
// place that has it refers to it, so that a generated client has types with names.

type Node = Record<string, unknown>;

interface ApiDocument {
  paths?: unknown;
  components?: { schemas?: Record<string, unknown> };
}

const REFERENCE = '#/components/schemas/';

/** A reference to a schema by its title. */
export function refer(title: string): { $ref: string } {
  return { $ref: REFERENCE + title };
}

/** The document with its titled schemas in the components. @throws when two schemas have the same title. */
export function nameSchemas<Document extends ApiDocument>(document: Document): Document {
  const schemas: Record<string, unknown> = { ...document.components?.schemas };
  const texts = new Map<string, string>();
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const node = Object.fromEntries(
      Object.entries(value as Node).map(([name, member]) => [name, walk(member)]),
    );
    const { title } = node;
    if (typeof title !== 'string') return node;
    const text = JSON.stringify(node);
    if ((texts.get(title) ?? text) !== text) throw new Error(`two schemas of the API are named ${title}`);
    texts.set(title, text);
    schemas[title] = node;
    return refer(title);
  };
  const paths = walk(document.paths);
  const sorted = Object.fromEntries(
    Object.entries(schemas).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  return { ...document, paths, components: { ...document.components, schemas: sorted } };
}
