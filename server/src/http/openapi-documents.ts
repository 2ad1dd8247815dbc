// A document for each door, cut out of the whole description: its operations, what is posted to its clients, and the schemas
// that these refer to. A client that is generated from one has the types of one dialect alone.

type Node = Record<string, unknown>;

interface Described {
  info?: object;
  paths?: Record<string, Node>;
  tags?: { name: string }[];
  components?: { schemas?: Record<string, unknown> };
}

/** What belongs into a document. */
export interface DocumentPart {
  title: string;
  prefixes: readonly string[];
  webhooks: Readonly<Record<string, object>>;
}

/** Names of the schemas that a part of a document refers to. */
function namesIn(value: unknown): string[] {
  const text = JSON.stringify(value) ?? '';
  return [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
}

/** Those schemas, with all that they refer to themselves. */
function gatherSchemas(from: unknown, all: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const found = new Set<string>();
  const waiting = namesIn(from);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...namesIn(all[name]));
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => found.has(name)));
}

function tagsOf(paths: Readonly<Record<string, Node>>, webhooks: object): Set<string> {
  const methods = [...Object.values(paths), ...Object.values(webhooks)] as Node[];
  const operations = methods.flatMap((path) => Object.values(path)) as { tags?: string[] }[];
  return new Set(operations.flatMap(({ tags }) => tags ?? []));
}

/** @param whole the description of all doors. */
export function cutDocument(whole: object, { title, prefixes, webhooks }: DocumentPart): object {
  const described = whole as Described;
  const isOwn = (path: string) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  const paths = Object.fromEntries(Object.entries(described.paths ?? {}).filter(([path]) => isOwn(path)));
  const tags = tagsOf(paths, webhooks);
  return {
    ...described,
    info: { ...described.info, title },
    tags: described.tags?.filter(({ name }) => tags.has(name)),
    paths,
    webhooks,
    components: {
      ...described.components,
      schemas: gatherSchemas([paths, webhooks], described.components?.schemas ?? {}),
    },
  };
}
