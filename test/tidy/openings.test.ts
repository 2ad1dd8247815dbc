// What the first comment of a file claims, and the proof that the rule sees a claim that does not hold.
import { expect, it } from 'vitest';
import { findFalseOpenings, findNeedlessProofs } from './openings.ts';
import { plantTree, readTree } from './tree.ts';

it('opening lines claim what is so, and what a rule proves', () => {
  const tree = readTree();
  expect(findFalseOpenings(tree)).toEqual([]);
  expect(findNeedlessProofs(tree)).toEqual([]);
});

it.each([
  ['The only place of it.', 'export const a = 1;', 'the only one of something'],
  ['What it is. The one table.', 'export const a = 1;', 'the only one of something'],
  ['All SQL of a.', 'export const a = 1;', 'the only one of something'],
  ['A choice. Pure.', "import { readFile } from 'node:fs/promises';", 'pure'],
  ['A choice. Pure.', 'export const a = async () => 1;', 'pure'],
  ['A choice. Pure.', "import { b } from './b.store.ts';", 'pure'],
  ['What it is. Types only.', 'export const a = 1;', 'types only'],
  ['A stage. Only for tests.', 'export const a = 1;', 'for tests only'],
])('%s is refused above: %s', (opening, code, fault) => {
  const tree = plantTree({ 'server/src/lib/a.ts': `// ${opening}\n${code}\n` });
  expect(findFalseOpenings(tree)).toEqual([expect.stringContaining(fault)]);
});

it('lets through what holds', () => {
  const pure =
    "// A choice. Pure.\nimport type { B } from './b.store.ts';\nexport const a = (b: B) => b; // await\n";
  const types = '// What it is. Types only.\nexport interface A {\n  b: 1;\n}\n';
  const stage = '// A stage. Only for tests.\nexport const a = 1;\n';
  const tree = plantTree({
    'server/src/lib/a.ts': pure,
    'server/src/lib/b.ts': types,
    'server/src/lib/testing-a.ts': stage,
  });
  expect(findFalseOpenings(tree)).toEqual([]);
});
