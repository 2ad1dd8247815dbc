// What imports what, which files are never reached, which exports and packages are unused. levels.ts says
// what may import what.
import path from 'node:path';
import { place, type Tree } from './tree.ts';

const SOURCE =
  /^(server|draft|dashboard|sdk|bench|emulators|test|examples)\/.*\.(tsx?|js)$|^[\w.-]+\.(ts|js)$/;

export interface Import {
  from: string;
  /** A path of the tree for a relative import, otherwise the name of the package or Node module. */
  to: string;
  isRelative: boolean;
  /** Only types: nothing is loaded for it. */
  isOfTypes: boolean;
  where: string;
}

const STATEMENT =
  /\b(?:import|export)\b[^'"`;()]*?from\s*(['"])([^'"]+)\1|\bimport\s*\(?\s*(['"])([^'"]+)\3/g;
/** A file that a string names: a worker, or the script of a child process. */
const NAMED_FILE = /(['"`])((?:\.{1,2}\/)?[\w./-]+\.(?:tsx?|js))\1/g;

export function resolveFrom(from: string, target: string): string {
  return path.posix.normalize(path.posix.join(path.posix.dirname(from), target));
}

export function listSources(tree: Tree): string[] {
  return tree.list(SOURCE);
}

export function importsOf(tree: Tree, from: string): Import[] {
  const { withoutComments, code } = tree.source(from);
  const imports: Import[] = [];
  for (const match of withoutComments.matchAll(STATEMENT)) {
    // The keyword must be code, not a word in a string.
    if (code[match.index] === ' ') continue;
    const target = match[2] ?? match[4];
    const isRelative = target.startsWith('.');
    imports.push({
      from,
      to: isRelative ? resolveFrom(from, target) : target,
      isRelative,
      isOfTypes: /^\w+\s+type\b/.test(match[0]),
      where: place(from, withoutComments, match.index),
    });
  }
  return imports;
}

export function isTestOnly(name: string): boolean {
  return /\.test\.ts$|\/(testing|conformance)(-[\w-]+)?\.ts$|^test\/|^vitest\.config\.ts$/.test(name);
}

/** Relative imports that lead nowhere; the type checker does not look at every folder. */
export function findBrokenImports(tree: Tree): string[] {
  return listSources(tree)
    .flatMap((file) => importsOf(tree, file))
    .filter(({ isRelative, to }) => isRelative && !tree.has(to))
    .map(({ where, to }) => `${where} imports ${to}, which does not exist`);
}

/** Sources that no entry leads to. */
export function findDeadFiles(tree: Tree, entries: readonly string[]): string[] {
  const sources = listSources(tree);
  const known = new Set(sources);
  const reached = new Set<string>();
  const waiting = [...entries, ...sources.filter((file) => file.endsWith('.test.ts'))];
  while (waiting.length > 0) {
    const file = waiting.pop() as string;
    if (reached.has(file) || !known.has(file)) continue;
    reached.add(file);
    for (const found of importsOf(tree, file)) if (found.isRelative) waiting.push(found.to);
    for (const match of tree.source(file).withoutComments.matchAll(NAMED_FILE)) {
      waiting.push(resolveFrom(file, match[2]));
    }
  }
  return sources.filter((file) => !reached.has(file)).map((file) => `${file}:1 is reached from no entry`);
}

/** Exports whose name occurs nowhere else, not even in their own file. */
export function findDeadExports(tree: Tree): string[] {
  const sources = listSources(tree);
  const counts = new Map<string, number>();
  for (const file of sources) {
    // The pages of the dashboard are loaded by their names, as texts.
    const { code, withoutComments } = tree.source(file);
    const text = file.startsWith('dashboard/') ? withoutComments : code;
    for (const [word] of text.matchAll(/[A-Za-z_$][\w$]*/g)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  // What tests export may be called by the test runner, and what is generated is for programs that are not here.
  return sources
    .filter((file) => !isTestOnly(file) && !file.includes('.generated.'))
    .flatMap((file) => {
      const { code } = tree.source(file);
      const declared = code.matchAll(/^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm);
      return [...declared]
        .filter(([, name]) => counts.get(name) === 1)
        .map(({ index, 1: name }) => `${place(file, code, index)} exports ${name}, which nothing uses`);
    });
}

/** TypeScript and JavaScript files that the scripts of package.json run. */
export function scriptEntries(scripts: Record<string, string>): string[] {
  return Object.values(scripts).flatMap((line) => line.match(/[\w./-]+\.(?:ts|js)\b/g) ?? []);
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Imports of the named packages in the files that an entry loads, at its start or later. */
export function findLoaded(tree: Tree, entry: string, packages: readonly string[]): string[] {
  const faults: string[] = [];
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { isOfTypes, isRelative, to, where } of importsOf(tree, file)) {
      if (isOfTypes) continue;
      if (isRelative && tree.has(to)) loaded.add(to);
      if (!isRelative && packages.includes(packageOf(to))) faults.push(`${where} loads ${to}`);
    }
  }
  return faults;
}

/** Packages that the files import, with the place of one import each. */
export function packagesUsed(tree: Tree, files: readonly string[]): Map<string, string> {
  const used = new Map<string, string>();
  for (const file of files) {
    for (const { isRelative, to, where } of importsOf(tree, file)) {
      if (!isRelative && !/^(?:node|virtual):/.test(to)) used.set(packageOf(to), where);
    }
    for (const match of tree
      .source(file)
      .withoutComments.matchAll(
        /\b(?:require(?:\.resolve)?|createRequire\(import\.meta\.url\))\(['"]([^'"./][^'"]*)['"]\)/g,
      )) {
      used.set(packageOf(match[1]), place(file, tree.text(file), match.index));
    }
  }
  return used;
}
