// Proof that the rules find what they should: each is shown a tree with the fault that it is for, and one
// without.
import { expect, it } from 'vitest';
import { findDeadExports, findDeadFiles, findLoaded, packagesUsed } from './imports.ts';
import { findCircles, findStrayStores, findWrongImports } from './levels.ts';
import { findLogFaults } from './log-events.ts';
import { findLargeFiles, findMigrationFaults, findUncommentedTables } from './shapes.ts';
import { readSource } from './source-text.ts';
import { plantTree } from './tree.ts';
import { findEverywhere, findIgnores, findWords, WORD_RULES } from './words.ts';

const NONE = new Set<string>();

it('blanks comments, strings, templates and patterns, and keeps the lines', () => {
  const { code, withoutComments } = readSource(
    [
      'const a = 1; // fetch(',
      "const b = 'fetch(' + x;",
      'const c = `t $' + '{fetch(y)} fetch(`;',
      'const d = /["fetch(]/;',
      'e / 2; // "',
    ].join('\n'),
  );
  expect(code.split('\n')).toHaveLength(5);
  expect(code.match(/fetch\(/g)).toHaveLength(1);
  expect(code).toContain('fetch(y)');
  expect(code).toContain('e / 2;');
  expect(withoutComments).toContain("'fetch('");
  expect(withoutComments).not.toContain('// fetch(');
});

it('refuses an import of a higher level, of a neighbour and of a test, by its line', () => {
  const tree = plantTree({
    'server/src/lib/a.ts': "// first\nimport { b } from '../tasks/b.ts';",
    'server/src/tasks/b.ts': "import type { A } from '../lib/a.ts';\nexport const b = 1;",
    'server/src/credits/c.ts': "export { d } from '../files/d.ts';",
    'server/src/files/d.ts': "export const d = await import('../db/testing.ts');",
    'server/src/db/testing.ts': '',
    'server/src/files/d.routes.ts': "import { a } from '../http/answer.ts';",
    'server/src/http/answer.ts': '',
    'server/src/doors/crun/e.ts': "import { f } from '../operator/f.ts';\nimport '../door.ts';",
    'server/src/doors/operator/f.ts': '',
    'server/src/doors/door.ts': '',
  });
  expect(findWrongImports(tree, NONE)).toEqual([
    expect.stringMatching(/^server\/src\/lib\/a\.ts:2 /),
    expect.stringMatching(/^server\/src\/credits\/c\.ts:1 .*credits may not know of files/),
    expect.stringMatching(/^server\/src\/files\/d\.ts:1 .*only for tests/),
    expect.stringMatching(/^server\/src\/doors\/crun\/e\.ts:1 .*doors\/crun may not know of doors\/operator/),
  ]);
});

it('refuses an import that goes up in the emulators, or from one provider to another', () => {
  const tree = plantTree({
    'emulators/core/clock.ts': "import type { Jobs } from './jobs.ts';",
    'emulators/core/jobs.ts': "import type { Clock } from './clock.ts';\nexport interface Jobs {}",
    'emulators/core/posts.ts': "import './clock.ts';",
    'emulators/core/server.ts': "import { arkApi } from '../ark/ark.ts';",
    'emulators/ark/ark.ts': "import '../core/api.ts';\nimport { vidu } from '../vidu/vidu.ts';",
    'emulators/vidu/vidu.ts': "import '../../server/src/lib/a.ts';\nimport '../../server/src/tasks/a.ts';",
    'emulators/vidu/vidu.test.ts': "import '../../server/src/tasks/a.ts';\nimport '../../test/a/a.ts';",
    'emulators/emulators.ts': "import './ark/ark.ts';",
  });
  expect(findWrongImports(tree, NONE)).toEqual([
    expect.stringMatching(/^emulators\/core\/clock\.ts:1 .*core\/words may not know of core\/parts/),
    expect.stringMatching(/^emulators\/core\/posts\.ts:1 .*no level/),
    expect.stringMatching(/^emulators\/core\/server\.ts:1 .*may not know of ark/),
    expect.stringMatching(/^emulators\/ark\/ark\.ts:2 .*ark may not know of vidu/),
    expect.stringMatching(/^emulators\/vidu\/vidu\.ts:2 .*server\/src\/tasks/),
    expect.stringMatching(/^emulators\/vidu\/vidu\.test\.ts:2 .*test\/a/),
  ]);
});

it('refuses an import from one suite or bench to another, and from the server to any of them', () => {
  const tree = plantTree({
    'test/chaos/a.test.ts': "import '../foreign/b.ts';\nimport '../../server/src/app.ts';",
    'test/foreign/b.ts': "import '../../bench/load.ts';\nimport '../stage/wait.ts';",
    'test/stage/wait.ts': "import '../foreign/b.ts';",
    'bench/load.ts': "import '../test/stage/wait.ts';\nimport '../test/foreign/b.ts';",
    'server/src/app.ts': "import '../../bench/load.ts';\nimport '../../test/stage/wait.ts';",
    'server/src/app.test.ts': "import '../../test/chaos/c.ts';\nimport '../../emulators/main.ts';",
  });
  expect(findWrongImports(tree, NONE)).toEqual([
    expect.stringMatching(/^test\/chaos\/a\.test\.ts:1 .*chaos may not know of foreign/),
    expect.stringMatching(/^test\/foreign\/b\.ts:1 .*bench\/load/),
    expect.stringMatching(/^test\/stage\/wait\.ts:1 .*stage may not know of foreign/),
    expect.stringMatching(/^bench\/load\.ts:2 .*only for tests/),
    expect.stringMatching(/^server\/src\/app\.ts:1 .*bench\/load/),
    expect.stringMatching(/^server\/src\/app\.ts:2 .*test\/stage/),
    expect.stringMatching(/^server\/src\/app\.test\.ts:1 .*test\/chaos/),
  ]);
});

it('refuses a store in any folder except its own, apart from tests', () => {
  const tree = plantTree({
    'server/src/credits/credits.ts': "import './credits.store.ts';",
    'server/src/credits/credits.store.ts': '',
    'server/src/tasks/settle.ts': "import type { Book } from '../credits/credits.store.ts';",
    'server/src/tasks/settle.test.ts': "import '../credits/credits.store.ts';",
    'server/src/tasks/tasks.store.ts': '',
    'server/src/work/looker.ts': "import '../tasks/tasks.store.ts';",
    'server/src/doors/crun/a.ts': "// first\nimport '../../tasks/tasks.store.ts';",
  });
  expect(findStrayStores(tree)).toEqual([
    expect.stringMatching(/^server\/src\/tasks\/settle\.ts:1 .*credits\.store/),
    expect.stringMatching(/^server\/src\/doors\/crun\/a\.ts:2 .*tasks\.store/),
  ]);
});

it('finds a circle of imports in any folder, once, even one of types alone', () => {
  const tree = plantTree({
    'emulators/a.ts': "import type { B } from './b.ts';",
    'emulators/b.ts': "import './c.ts';",
    'emulators/c.ts': "import type { A } from './a.ts';",
    'test/x/d.ts': "import './e.ts';\nexport type { E } from './e.ts';",
    'test/x/e.ts': '',
  });
  expect(findCircles(tree)).toEqual([
    'emulators/a.ts:1 begins a circle of imports: emulators/a.ts -> emulators/b.ts -> emulators/c.ts -> emulators/a.ts',
  ]);
});

it('refuses an import into the draft renderer past its exports, and any that leads out of it', () => {
  const tree = plantTree({
    'draft/package.json': '{ "exports": { ".": "./renderer.ts" } }',
    'draft/renderer.ts': "import './paint.ts';",
    'draft/paint.ts': "import { isObject } from '../server/src/lib/json.ts';",
    'server/src/lib/json.ts': '',
    'server/src/app.ts': "import '../../draft/renderer.ts';\nimport '../../draft/paint.ts';",
    'emulators/core/a.test.ts': "import '../../draft/paint.ts';",
  });
  expect(findWrongImports(tree, NONE)).toEqual([
    expect.stringMatching(/^draft\/paint\.ts:1 .*draft\/ may not know/),
    expect.stringMatching(/^server\/src\/app\.ts:2 .*not among the exports/),
    expect.stringMatching(/^emulators\/core\/a\.test\.ts:1 .*not among the exports/),
  ]);
});

it('finds a package that an entry loads, at its start or later, and not for its types', () => {
  const tree = plantTree({
    'server/src/main.ts': "import './a.ts';\nimport type { B } from './b.ts';\nimport type { X } from 'x';",
    'server/src/a.ts': "const x = await import('x/y');\nimport { type Z } from 'z';",
    'server/src/b.ts': "import 'x';",
  });
  expect(findLoaded(tree, 'server/src/main.ts', ['x', 'y'])).toEqual(['server/src/a.ts:1 loads x/y']);
});

it('finds a source that nothing reaches, and follows worker files by their names', () => {
  const tree = plantTree({
    'server/src/main.ts': "import './a.ts';",
    'server/src/a.ts': "new Worker(new URL('./worker.ts', import.meta.url));",
    'server/src/worker.ts': '',
    'server/src/left.ts': '// named in a comment of nobody',
  });
  expect(findDeadFiles(tree, ['server/src/main.ts'])).toEqual([
    'server/src/left.ts:1 is reached from no entry',
  ]);
});

it('finds an unused export', () => {
  const tree = plantTree({
    'server/src/a.ts': 'export const used = 1;\nexport function left() {}\n// left',
    'server/src/b.ts': "import { used } from './a.ts';",
  });
  expect(findDeadExports(tree)).toEqual(['server/src/a.ts:2 exports left, which nothing uses']);
});

it('names the package of an import, with its scope and without its path', () => {
  const tree = plantTree({ 'server/src/a.ts': "import x from '@a/b/c';\nimport 'd/e';\nimport 'node:fs';" });
  expect([...packagesUsed(tree, ['server/src/a.ts']).keys()]).toEqual(['@a/b', 'd']);
});

const FAULTY: [string, string][] = [
  ['FIXME', '// FIX\u004dE later'],
  ['leaves tests out', "it.\u006fnly('x', f);"],
  ['sleeps', 'await sl\u0065ep(5);'],
  ['changes the environment', 'process.\u0065nv.HOME = x;'],
  ['sets a limit of its own', "it('a', { time\u006fut: 5 }, f);"],
  ['replaces a module', "vi.m\u006fck('x');"],
  ['says what should be', "it('sh\u006fuld work', f);"],
  ['moves money', 'x(`update b\u0061lances set posted = 1`);'],
  ['casts to any', 'x as \u0061ny;'],
  ['silences', '// @ts-\u0069gnore'],
  ['JSON.parse', 'JSON.\u0070arse(x);'],
  ['calls fetch', 'await f\u0065tch(url);'],
  ['imports an HTTP client', "import { Agent } from 'und\u0069ci';"],
  ['reads the clock', 'const at = new D\u0061te();'],
  ['reads the environment', 'const home = process.\u0065nv.HOME;'],
  ['passes the environment', 'start(process.\u0065nv);'],
  ['prints to the console', 'cons\u006fle.log(x);'],
  ['draws with Math.random', 'Math.r\u0061ndom();'],
  ['speaks a dialect', "const path = '/ap\u0069/v1/client';"],
  ['speaks a dialect', '// answers 4\u00355'],
  ['speaks a dialect', 'const a = { presigned\u005furl: 1 };'],
  ['names a constant', "const pages: readonly string[] = ['a'];"],
  ['names a constant', 'export const page = 100;'],
  ['renames a column', 'x(`select account_id as "accountId"`);'],
  ['imports the component library', "import { Button } from '@m\u0061ntine/core';"],
  ['writes markup', "element.inner\u0048TML = '';"],
  ['writes markup', 'const x = <st\u0079le>a</st\u0079le>;'],
  ['imports from the server past', "import type { A } fr\u006fm '../../../../server/src/a/a.ts';"],
  ['asks the server past', "await f\u0065tch('/x');"],
  ['has SQL', "pool.qu\u0065ry('select 1');"],
];

const OF_PAGES = [
  'imports the component library',
  'writes markup',
  'asks the server past',
  'imports from the server',
];
const OF_TESTS = [
  'sleeps',
  'changes the environment',
  'sets a limit of its own',
  'replaces a module',
  'says what should be',
];

/** A file in which the rule looks for its fault. */
function fileWith(words: string): string {
  if (OF_TESTS.includes(words)) return 'server/src/a/a.test.ts';
  if (OF_PAGES.some((one) => words.startsWith(one))) return 'dashboard/src/pages/a/a.tsx';
  if (words === 'renames a column') return 'server/src/tasks/a.store.ts';
  if (words === 'speaks a dialect') return 'server/src/tasks/a.ts';
  return words === 'draws with Math.random' ? 'draft/a.ts' : 'server/src/a/a.ts';
}

it('refuses each banned word, and has no rule without this proof', () => {
  const unproven = WORD_RULES.filter(({ says }) => !FAULTY.some(([words]) => says.includes(words)));
  expect(unproven.map(({ says }) => says)).toEqual([]);
  for (const [words, line] of FAULTY) {
    const rule = WORD_RULES.find(({ says }) => says.includes(words));
    const file = fileWith(words);
    const tree = plantTree({ [file]: `const X = 1;\n${line}\n` });
    expect(rule && findWords(tree, rule), words).toEqual([expect.stringContaining(`${file}:2 `)]);
  }
});

it('lets a command hand the environment to readConfig', () => {
  const tree = plantTree({ 'server/src/commands/a.ts': 'const config = readConfig(process.\u0065nv);' });
  expect(WORD_RULES.flatMap((rule) => findWords(tree, rule))).toEqual([]);
});

it('finds keys, secrets and folders of a machine in any text', () => {
  const tree = plantTree({
    'docs/a.md': `a key: ak_\u006cive${'a1'.repeat(14)}`,
    'docs/b.md': 'at /h\u006fme/somebody/reelay',
    'docs/c.md': 'as in ak_test… and /homes/x',
  });
  expect(findEverywhere(tree)).toEqual([
    expect.stringMatching(/^docs\/a\.md:1 .*key/),
    expect.stringMatching(/^docs\/b\.md:1 .*machine/),
  ]);
});

it('wants a reason and an entry for each rule of the linter that is turned off', () => {
  const tree = plantTree({
    'server/src/a.ts': '// biome-\u0069gnore lint/suspicious/noExplicitAny: because\n',
  });
  expect(findIgnores(tree, NONE)).toHaveLength(2);
  expect(findIgnores(tree, new Set(['server/src/a.ts lint/suspicious/noExplicitAny']))).toHaveLength(1);
});

it('finds a large file, a gap in the migrations, a changed one and a table without words', () => {
  expect(findLargeFiles(plantTree({ 'a.bin': 'x'.repeat(200_001), 'b.bin': 'x' }), [])).toHaveLength(1);
  const tree = plantTree({
    'server/migrations/0001_one.sql': '-- No lock.\n',
    'server/migrations/0003_three.sql': '-- No lock.\n',
  });
  const released = { '0001_one.sql': 'another text', '0002_two.sql': '' };
  expect(findMigrationFaults(tree, released, (text) => text)).toHaveLength(3);
  expect(findUncommentedTables('create table a (x int);', 'It has `b`.')).toHaveLength(2);
  expect(findUncommentedTables("create table a ();\ncomment on table a is 'x';", '`a`')).toEqual([]);
});

it('refuses a log event that is a sentence, has no verb, or is put together', () => {
  const tree = plantTree({
    'server/src/a.ts': [
      "log.info({ id: f({ x: 'y' }) }, 'task.made');",
      "this.#options.log.warn({ err }, 'The task (one) is made'); // log.info('no')",
      "log[level](\n  { err },\n  'made',\n);",
      'log.error({}, `task.$' + '{verb}`);',
      "logFault(log, error, {}, 'task.Made');",
      'log.info(fields, event);',
    ].join('\n'),
    'server/src/a.test.ts': "log.info({}, 'a sentence');",
  });
  expect(findLogFaults(tree)).toEqual([
    'server/src/a.ts:2 logs "The task (one) is made", which is not noun.verb',
    'server/src/a.ts:3 logs "made", which is not noun.verb',
    expect.stringMatching(/^server\/src\/a\.ts:7 /),
    'server/src/a.ts:8 logs "task.Made", which is not noun.verb',
  ]);
});
