// Sizes of files, numbers of migrations, comments of tables.
import type { Tree } from './tree.ts';

const FILE_BYTES_MAX = 200_000;

/** Files above the limit, or above their own limit. */
export function findLargeFiles(tree: Tree, allowed: readonly { fits: RegExp; bytesMax: number }[]): string[] {
  return tree.files.flatMap(({ path, sizeBytes }) => {
    const limit = allowed.find(({ fits }) => fits.test(path))?.bytesMax ?? FILE_BYTES_MAX;
    return sizeBytes > limit ? [`${path}:1 has ${sizeBytes} bytes, above ${limit}`] : [];
  });
}

const MIGRATION = /^server\/migrations\/(\d{4})_[a-z0-9_]+\.sql$/;

/** Gaps and duplicates in the numbers, and released migrations that are missing or changed. */
export function findMigrationFaults(
  tree: Tree,
  released: Record<string, string>,
  hash: (text: string) => string,
): string[] {
  const faults: string[] = [];
  for (const [at, file] of tree.list(/^server\/migrations\//).entries()) {
    const number = MIGRATION.exec(file)?.[1];
    if (Number(number) !== at + 1) faults.push(`${file}:1 should have the number ${at + 1}`);
    if (!tree.text(file).startsWith('-- ')) faults.push(`${file}:1 says nothing about what it locks`);
  }
  for (const [name, digest] of Object.entries(released)) {
    const file = `server/migrations/${name}`;
    if (!tree.has(file)) faults.push(`${file} was released and is gone`);
    else if (hash(tree.text(file)) !== digest) faults.push(`${file}:1 was released and has changed`);
  }
  return faults;
}

/** Tables without a comment in the schema, or missing from the map of the architecture. */
export function findUncommentedTables(schema: string, architecture: string): string[] {
  const tables = [...schema.matchAll(/create (?:unlogged )?table (?:public\.)?(\w+)/gi)].map(
    ([, name]) => name,
  );
  if (tables.length === 0) return ['server/schema.sql:1 has no table'];
  return tables.flatMap((table) => {
    const faults: string[] = [];
    if (!new RegExp(`comment on table (?:public\\.)?${table} is`, 'i').test(schema)) {
      faults.push(`the table ${table} has no comment`);
    }
    if (!architecture.includes(`\`${table}\``))
      faults.push(`ARCHITECTURE.md does not name the table ${table}`);
    return faults;
  });
}
