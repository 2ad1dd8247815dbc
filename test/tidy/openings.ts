// The first comment of a file may claim only what a machine, or a rule here, can hold: that it is the only one of its
// kind, that it is pure, that it has types only, that it is for tests only.
import { importsOf, isTestOnly, listSources } from './imports.ts';
import type { Tree } from './tree.ts';
import { WORD_RULES } from './words.ts';

/** Files that say that they are the only one of something, and the word rule that proves it, by the start of its text. */
const PROVEN: Readonly<Record<string, string>> = {
  'server/src/config.ts': 'reads the environment',
  'server/src/lib/time.ts': 'reads the clock',
};

const SINGULAR = /(?:^|[.:;] )(?:the (?:only|one) \w+|no other (?:file|place)\b|all SQL\b)/i;
/** What a pure file does not have: work that waits, and imports by which it could reach anything outside of it. */
const WAITS = /\b(?:async|await)\b/;
const REACHES = /^(?:node:(?!crypto$)|pg$)|\.store\.ts$/;
const VALUE = /^export (?:default|const|let|var|function|async|class|enum)\b/m;

/** The comment at the top of a text, as one line. */
function openingOf(text: string): string {
  const [comment = ''] = /^(?:\/\/.*\n)+/.exec(text.replace(/^#!.*\n/, '')) ?? [];
  return comment
    .replace(/^\/\/ ?/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function isProven(file: string): boolean {
  const start = PROVEN[file];
  return start !== undefined && WORD_RULES.some(({ says }) => says.startsWith(start));
}

function faultsOf(tree: Tree, file: string): string[] {
  const opening = openingOf(tree.text(file));
  const { code } = tree.source(file);
  const faults: string[] = [];
  if (SINGULAR.test(opening) && !isProven(file)) {
    faults.push('is the only one of something: name the rule that proves it, or leave it out');
  }
  if (/\bPure\b/.test(opening)) {
    const isReaching = importsOf(tree, file).some(({ to, isOfTypes }) => !isOfTypes && REACHES.test(to));
    if (isReaching || WAITS.test(code)) faults.push('is pure, but it waits or reaches outside');
  }
  if (/\btypes only\b/i.test(opening) && VALUE.test(code))
    faults.push('has types only, but it exports a value');
  if (/\bonly for tests\b/i.test(opening) && !isTestOnly(file)) {
    faults.push('is for tests only, but its name says nothing of it');
  }
  return faults;
}

/** Files of the server, the renderer and the emulators whose first comment claims what is not so, or not proven. */
export function findFalseOpenings(tree: Tree): string[] {
  return listSources(tree)
    .filter((file) => /^(?:server\/src|draft|emulators)\//.test(file))
    .flatMap((file) => faultsOf(tree, file).map((fault) => `${file} says that it ${fault}`));
}

/** Entries of the list above that no opening needs any more. */
export function findNeedlessProofs(tree: Tree): string[] {
  return Object.keys(PROVEN).filter((file) => !tree.has(file) || !SINGULAR.test(openingOf(tree.text(file))));
}
