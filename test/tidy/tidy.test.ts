// The rules of STYLE.md that a machine can check, on the tree on the disk. A fault says `path:line`.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as allowed from './exceptions.ts';
import {
  findBrokenImports,
  findDeadExports,
  findDeadFiles,
  findLoaded,
  isTestOnly,
  listSources,
  packagesUsed,
  scriptEntries,
} from './imports.ts';
import { findCircles, findStrayStores, findWrongImports } from './levels.ts';
import { findLogFaults } from './log-events.ts';
import { type DeadMember, findDeadMembers } from './members.ts';
import { findLargeFiles, findMigrationFaults, findUncommentedTables } from './shapes.ts';
import { ROOT, readTree } from './tree.ts';
import { findEverywhere, findIgnores, findWords, WORD_RULES } from './words.ts';

const RUNTIME_PACKAGES_MAX = 20;

const tree = readTree();

function readJson(name: string) {
  return JSON.parse(tree.text(name));
}

const rootPackage = readJson('package.json');
const serverPackage = readJson('server/package.json');
const draftPackage = readJson('draft/package.json');
const foreignPackage = readJson('test/foreign/package.json');
const dashboardPackage = readJson('dashboard/package.json');

describe('imports', () => {
  it('go from a level to a lower one, never up and never sideways', () => {
    expect(findWrongImports(tree, new Set(Object.keys(allowed.IMPORTS)))).toEqual([]);
  });

  it('of a store come from its own folder', () => {
    expect(findStrayStores(tree)).toEqual([]);
  });

  it('form no circle, not even of types', () => {
    expect(findCircles(tree)).toEqual([]);
  });

  it('lead to files that exist', () => {
    expect(findBrokenImports(tree)).toEqual([]);
  });

  it('reach every source from an entry', () => {
    const entries = [...Object.keys(allowed.ENTRIES), ...scriptEntries(rootPackage.scripts)];
    expect(findDeadFiles(tree, entries)).toEqual([]);
  });

  it('use every export', () => {
    expect(findDeadExports(tree)).toEqual([]);
  });
});

describe('members', () => {
  // Those of the SDK are for programs that are not here.
  const isOwn = (file: string) => !isTestOnly(file) && !file.startsWith('sdk/');
  const sources = new Set(listSources(tree).filter(isOwn));
  const project = path.join(ROOT, 'tsconfig.json');
  let dead: DeadMember[];
  beforeAll(() => {
    dead = findDeadMembers({ project, isSource: (file) => sources.has(file) });
  });

  it('of classes, interfaces and types are each read by code that is not a test', () => {
    const excused = new Set(Object.keys(allowed.MEMBERS));
    const faults = dead.filter(({ file, member }) => !excused.has(`${file} ${member}`));
    expect(
      faults.map(({ file, line, member }) => `${file}:${line} declares ${member}, which nothing reads`),
    ).toEqual([]);
  });

  it('that are excused still need it', () => {
    const needed = new Set(dead.map(({ file, member }) => `${file} ${member}`));
    expect(Object.keys(allowed.MEMBERS).filter((entry) => !needed.has(entry))).toEqual([]);
  });
});

describe('packages', () => {
  const sources = listSources(tree);
  const rooms = [
    { folder: 'server/', runtime: Object.keys(serverPackage.dependencies) },
    { folder: 'draft/', runtime: Object.keys(draftPackage.optionalDependencies) },
  ].map((room) => ({
    ...room,
    // The bundler is a tool of the repository: an installation without it runs the sources.
    code: sources.filter(
      (file) => file.startsWith(room.folder) && !isTestOnly(file) && file !== 'server/bundle.ts',
    ),
  }));
  const excused = [...Object.keys(allowed.PACKAGES), ...allowed.UNUSED];

  it('that are declared are imported', () => {
    const usedAnywhere = packagesUsed(tree, sources);
    const others = Object.keys({
      ...rootPackage.dependencies,
      ...rootPackage.devDependencies,
      ...foreignPackage.devDependencies,
      ...dashboardPackage.devDependencies,
    });
    for (const { code, runtime } of rooms) {
      const used = packagesUsed(tree, code);
      expect(runtime.filter((name) => !used.has(name) && !excused.includes(name))).toEqual([]);
    }
    expect(others.filter((name) => !usedAnywhere.has(name) && !excused.includes(name))).toEqual([]);
  });

  it('that the server and the draft renderer import are their own, not each other’s or those of the tests', () => {
    const foreign = rooms.flatMap(({ code, runtime }) =>
      [...packagesUsed(tree, code)].filter(([name]) => !runtime.includes(name)),
    );
    expect(foreign.map(([name, where]) => `${where} imports ${name}`)).toEqual([]);
  });

  it('that draw are loaded by a render process, never by the server', () => {
    const drawing = Object.keys(draftPackage.optionalDependencies);
    expect(findLoaded(tree, 'server/src/main.ts', drawing)).toEqual([]);
    expect(findLoaded(tree, 'draft/render-process.ts', drawing)).not.toEqual([]);
  });

  it('that the tests import are declared', () => {
    const declared = Object.keys({
      ...rootPackage.dependencies,
      ...rootPackage.devDependencies,
      ...serverPackage.dependencies,
      ...draftPackage.optionalDependencies,
      ...foreignPackage.devDependencies,
      ...dashboardPackage.devDependencies,
    });
    const undeclared = [...packagesUsed(tree, sources)].filter(([name]) => !declared.includes(name));
    expect(undeclared.map(([name, where]) => `${where} imports ${name}`)).toEqual([]);
  });

  it(`of the server are ${RUNTIME_PACKAGES_MAX} at most, and pinned`, () => {
    expect(Object.keys(serverPackage.dependencies).length).toBeLessThanOrEqual(RUNTIME_PACKAGES_MAX);
    const versions = {
      ...rootPackage.dependencies,
      ...rootPackage.devDependencies,
      ...serverPackage.dependencies,
      ...draftPackage.optionalDependencies,
      ...foreignPackage.devDependencies,
      ...dashboardPackage.devDependencies,
    };
    expect(Object.entries(versions).filter(([, version]) => !/^\d/.test(String(version)))).toEqual([]);
  });
});

describe('words', () => {
  for (const rule of WORD_RULES) {
    it(`no source ${rule.says}`, () => {
      const excused = new Set(Object.keys(allowed.WORDS[rule.says] ?? {}));
      expect(findWords(tree, rule, excused)).toEqual([]);
    });
  }

  it('every log event is named by a noun and a verb', () => {
    expect(findLogFaults(tree)).toEqual([]);
  });

  it('no file holds a key, a secret or the path of one machine', () => {
    expect(findEverywhere(tree)).toEqual([]);
  });

  it('every biome-ignore has a reason and a place in the list', () => {
    expect(findIgnores(tree, new Set(Object.keys(allowed.IGNORES)))).toEqual([]);
  });
});

describe('files', () => {
  it('have at most 200 kB, except for the listed ones', () => {
    expect(findLargeFiles(tree, allowed.LARGE_FILES)).toEqual([]);
  });

  it('of migrations are numbered without a gap, and released ones never change', () => {
    const released: Record<string, string> = readJson('test/tidy/released-migrations.json');
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(findMigrationFaults(tree, released, hash)).toEqual([]);
  });
});

describe('tables', () => {
  it('each have a comment, and a place in ARCHITECTURE.md', () => {
    expect(findUncommentedTables(tree.text('server/schema.sql'), tree.text('ARCHITECTURE.md'))).toEqual([]);
  });
});

describe('exceptions', () => {
  it('that are no longer needed are removed', () => {
    const idleWords = Object.entries(allowed.WORDS).flatMap(([says, files]) => {
      const rule = WORD_RULES.find((known) => known.says === says);
      const hits = rule ? findWords(tree, rule) : [];
      return Object.keys(files).filter((file) => !hits.some((hit) => hit.startsWith(`${file}:`)));
    });
    const wrongImports = findWrongImports(tree, new Set());
    const idleImports = Object.keys(allowed.IMPORTS).filter(
      (pair) => !wrongImports.some((fault) => fault.startsWith(`${pair.split(' ')[0]}:`)),
    );
    const ignores = findIgnores(tree, new Set());
    const idleIgnores = Object.keys(allowed.IGNORES).filter(
      (entry) => !ignores.some((fault) => fault.startsWith(`${entry.split(' ')[0]}:`)),
    );
    const missing = Object.keys(allowed.ENTRIES).filter((file) => !tree.has(file));
    expect([...idleWords, ...idleImports, ...idleIgnores, ...missing]).toEqual([]);
  });
});
