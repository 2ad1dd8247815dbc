// Which files may import which: a table of levels for each room of the repository, and the search for
// circles.
import path from 'node:path';
import { type Import, importsOf, isTestOnly, listSources, resolveFrom } from './imports.ts';
import type { Tree } from './tree.ts';

interface Room {
  /** The beginning of the paths of its files. */
  folder: string;
  /** The part that a file belongs to, by its path below the folder. */
  partOf(below: string): string;
  /**
   * From the bottom up; a file imports its own part and the parts below it. Parts that share a level do not
   * import each other. `*` stands for every folder that is not named.
   */
  levels: readonly (readonly string[])[];
  /** Beginnings of paths in other rooms that its files may import; only the exports of a package that has some. */
  knows: readonly string[];
  /** The same for its tests, which may import everything in their own room. */
  testsKnow: readonly string[];
}

/** Files of the emulators' core by layers; within a layer they may import each other. */
const CORE_LAYERS: Record<string, readonly string[]> = {
  words: [
    'accepted-log',
    'clock',
    'exchange',
    'faults',
    'fields',
    'heap',
    'job',
    'pictures',
    'random',
    'settings',
    'video',
    'web-socket',
  ],
  parts: ['answers', 'callbacks', 'files', 'jobs', 'routing', 'uploads'],
  api: ['api', 'waiting'],
  server: ['control', 'emulator', 'server'],
};

function firstName(below: string): string {
  return below.split('/')[0].replace(/\.ts$/, '');
}

const ROOMS: readonly Room[] = [
  {
    folder: 'server/src/',
    // Each door is its own part, and so are the routes outside of doors.
    partOf: (below) => {
      const door = /^doors\/[\w-]+(?=\/)/.exec(below)?.[0];
      return door ?? (below.endsWith('.routes.ts') ? 'routes' : firstName(below));
    },
    levels: [
      ['lib'],
      ['errors', 'setting'],
      ['client'],
      ['db', 'providers'],
      ['audit'],
      ['accounts', 'credits', 'credentials', 'files', 'callbacks', 'catalog', 'mail'],
      ['tasks', 'notices', 'people'],
      ['dispatch'],
      ['work'],
      ['http'],
      ['doors'],
      [
        'doors/account',
        'doors/crun',
        'doors/kie',
        'doors/mcp',
        'doors/openai',
        'doors/operator',
        'routes',
        'settings',
        'provider-settings',
        'secret',
      ],
      ['config'],
      ['exposure'],
      ['core'],
      ['chores', 'doctor'],
      ['app'],
      ['commands', 'bundled'],
      ['main'],
    ],
    knows: ['draft/', 'sdk/src/sdk.ts', 'mcp/src/'],
    testsKnow: ['emulators/', 'test/stage/'],
  },
  { folder: 'draft/', partOf: () => 'draft', levels: [['draft']], knows: [], testsKnow: [] },
  {
    folder: 'dashboard/',
    // Pages do not know each other; what several of them show is in parts/.
    partOf: (below) => /^src\/(?:pages\/)?([\w-]+)/.exec(below)?.[1] ?? 'build',
    levels: [['ui', 'paths'], ['api'], ['shell'], ['parts'], ['*'], ['routes'], ['main'], ['build']],
    // Types of the wire; api/wire.ts alone (`words.ts`).
    knows: ['server/src/doors/'],
    testsKnow: [],
  },
  {
    folder: 'sdk/',
    // What is packed, and beside it what builds it and writes its types.
    partOf: (below) => (below.startsWith('src/') ? 'src' : 'tools'),
    levels: [['src'], ['tools']],
    knows: [],
    testsKnow: [],
  },
  { folder: 'mcp/', partOf: () => 'src', levels: [['src']], knows: ['sdk/src/sdk.ts'], testsKnow: [] },
  { folder: 'ai-sdk/', partOf: () => 'src', levels: [['src']], knows: [], testsKnow: [] },
  {
    folder: 'emulators/',
    partOf: (below) => {
      const core = /^core\/(.+)\.ts$/.exec(below)?.[1];
      if (core === undefined) return firstName(below);
      const layer = Object.entries(CORE_LAYERS).find(([, files]) => files.includes(core))?.[0];
      return layer === undefined ? below : `core/${layer}`;
    },
    levels: [['core/words'], ['core/parts'], ['core/api'], ['core/server', '*'], ['emulators'], ['main']],
    // The encoder draws their results.
    knows: ['server/src/lib/', 'draft/encode/'],
    testsKnow: ['server/src/', 'test/stage/'],
  },
  {
    folder: 'bench/',
    partOf: () => 'bench',
    levels: [['bench']],
    knows: ['server/src/', 'emulators/', 'test/stage/', 'dashboard/src/paths.ts'],
    testsKnow: [],
  },
  {
    folder: 'test/',
    // Files in `test` itself belong to the test runner. Suites share the stage and do not import each other.
    partOf: (below) => (below.includes('/') ? firstName(below) : 'runner'),
    levels: [['stage'], ['*', 'runner']],
    knows: ['server/src/', 'draft/', 'emulators/', 'sdk/', 'ai-sdk/', 'mcp/', 'dashboard/src/paths.ts'],
    testsKnow: [],
  },
];

function roomOf(name: string): Room | undefined {
  return ROOMS.find(({ folder }) => name.startsWith(folder));
}

function levelOf({ levels }: Room, part: string): number {
  const level = levels.findIndex((parts) => parts.includes(part));
  return level !== -1 || part.includes('/') ? level : levels.findIndex((parts) => parts.includes('*'));
}

function judgeNeighbours(room: Room, { from, to, where }: Import): string | undefined {
  const own = room.partOf(from.slice(room.folder.length));
  const other = room.partOf(to.slice(room.folder.length));
  const level = levelOf(room, own);
  const below = levelOf(room, other);
  if (level === -1) return `${where} is in ${own}, which has no level in the import table`;
  if (below === -1) return `${where} imports ${other}, which has no level in the import table`;
  return own === other || below < level
    ? undefined
    : `${where} imports ${to}: ${own} may not know of ${other}`;
}

/**
 * The files of the draft renderer that other rooms may import, in tests as well: the exports of its package.
 */
function exportsOfDraft(tree: Tree): readonly string[] {
  const manifest = 'draft/package.json';
  if (!tree.has(manifest)) return [];
  const { exports }: { exports: Record<string, string> } = JSON.parse(tree.text(manifest));
  return Object.values(exports).map((target) => resolveFrom(manifest, target));
}

function judgeDraftExport({ from, to, where }: Import, exported: readonly string[]): string | undefined {
  if (!to.startsWith('draft/') || from.startsWith('draft/') || exported.includes(to)) return undefined;
  return `${where} imports ${to}, which is not among the exports of draft/package.json`;
}

function judgeImport(found: Import): string | undefined {
  const { from, to, where } = found;
  const room = roomOf(from);
  if (!room) return undefined;
  const isOwn = roomOf(to) === room;
  // The suites in `test/` are judged like any code; a test beside its source may import the whole room.
  const isTest = isTestOnly(from) && room.folder !== 'test/';
  // The stage serves measurements too; which rooms know it stands in the table.
  const isForTests = isTestOnly(to) && !to.startsWith('test/stage/');
  if (isForTests && !isTestOnly(from)) return `${where} imports ${to}, which is only for tests`;
  if (isOwn) return isTest ? undefined : judgeNeighbours(room, found);
  const known = isTest ? [...room.knows, ...room.testsKnow] : room.knows;
  return known.some((beginning) => to.startsWith(beginning))
    ? undefined
    : `${where} imports ${to}, of which ${room.folder} may not know`;
}

/** Imports that go up, sideways, or to a room that is not allowed. `exceptions` are `from -> to`. */
export function findWrongImports(tree: Tree, exceptions: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const exported = exportsOfDraft(tree);
  for (const file of listSources(tree)) {
    for (const found of importsOf(tree, file)) {
      if (!found.isRelative || exceptions.has(`${found.from} -> ${found.to}`)) continue;
      const fault = judgeDraftExport(found, exported) ?? judgeImport(found);
      if (fault) faults.push(fault);
    }
  }
  return faults;
}

/** Folders whose stores another folder may import too, for now. */
const SHARED_STORES: Record<string, readonly string[]> = {
  // One engine in three folders: each works on rows of the one below until that has calls for it.
  'server/src/tasks': ['server/src/dispatch', 'server/src/work'],
  'server/src/dispatch': ['server/src/work'],
};

/** Imports of a store from outside its folder, which has an entry for that. Tests may read rows. */
export function findStrayStores(tree: Tree): string[] {
  return listSources(tree)
    .filter((file) => !isTestOnly(file))
    .flatMap((file) => importsOf(tree, file))
    .filter(({ from, to }) => {
      const folder = path.posix.dirname(to);
      const others = [folder, ...(SHARED_STORES[folder] ?? [])];
      return to.endsWith('.store.ts') && !others.includes(path.posix.dirname(from));
    })
    .map(({ where, to }) => `${where} imports ${to}, which is for its own folder`);
}

/** The shortest way by imports from a file back to itself. */
function findWayBack(graph: ReadonlyMap<string, readonly Import[]>, start: string): Import[] | undefined {
  const ways = new Map<string, Import[]>([[start, []]]);
  for (const [file, way] of ways) {
    for (const found of graph.get(file) ?? []) {
      if (found.to === start) return [...way, found];
      if (!ways.has(found.to)) ways.set(found.to, [...way, found]);
    }
  }
  return undefined;
}

/**
 * Circles of imports, including those of types alone: a reader has no file to begin with. One fault for each
 * circle.
 */
export function findCircles(tree: Tree): string[] {
  const graph = new Map(
    listSources(tree).map(
      (file) => [file, importsOf(tree, file).filter(({ isRelative }) => isRelative)] as const,
    ),
  );
  const faults: string[] = [];
  const reported = new Set<string>();
  for (const file of graph.keys()) {
    const way = reported.has(file) ? undefined : findWayBack(graph, file);
    if (!way) continue;
    for (const { from } of way) reported.add(from);
    faults.push(
      `${way[0].where} begins a circle of imports: ${[...way.map(({ from }) => from), file].join(' -> ')}`,
    );
  }
  return faults;
}
