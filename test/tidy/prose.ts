// Words that may not come back, in documents, comments and titles of tests. STYLE.md, Prose, has the rules; this list holds
// the part of them that a machine can see.
import { place, type Tree } from './tree.ts';

interface Quaint {
  word: RegExp;
  instead: string;
}

/** Each word, and what a colleague would say. */
export const QUAINT: readonly Quaint[] = [
  { word: /\b(?:tell|tells|told|telling)\b/gi, instead: 'report, say, return' },
  { word: /\b(?:mend|mends|mended|mending)\b/gi, instead: 'fix' },
  { word: /\bnews\b/gi, instead: 'update, result, event' },
  { word: /\bwhoever\b/gi, instead: 'anybody who, or which process' },
  { word: /\blest\b/gi, instead: 'so that … not' },
  { word: /\b(?:he|him|his|himself)\b/gi, instead: 'it, they, or the noun' },
  { word: /\bstrangers?\b/gi, instead: 'other people, other accounts' },
  { word: /\bof ours\b/gi, instead: "Reelay's, or the noun" },
  { word: /\banew\b/gi, instead: 'again' },
  { word: /\bwhom\b/gi, instead: 'a sentence with its subject first' },
  { word: /\bthat there (?:is|are) not\b/gi, instead: 'unknown, that does not exist' },
  { word: /\b(?:stand|lie)s? beside\b/gi, instead: 'is next to, or the noun' },
  { word: /\bhears? of\b/gi, instead: 'learns, is notified' },
  { word: /\bin a ring\b/gi, instead: 'deadlock' },
  { word: /\bheld against\b/gi, instead: 'counts' },
];

/** Files in which all of it is prose. Decisions are kept as they were taken. */
const CLEAN_DOCUMENTS =
  /^(?!docs\/decisions\/|CHANGELOG|STYLE)(?:docs\/[\w-]+|[A-Z]+|(?:test|draft|server\/src\/providers\/[\w-]+)\/README)\.md$/;

/** Where comments, names and titles of tests are checked. Other strings are left alone: those of the API are on the wire. */
const CLEAN_SOURCES = /^(?:server\/src|draft|emulators|bench|test|dashboard)\//;

/** A text of the same length in which only comments are left. */
function commentsOf(tree: Tree, file: string): string {
  const { withoutComments } = tree.source(file);
  const text = tree.text(file);
  return text.replace(/[^\n]/g, (letter, at) => (letter === withoutComments[at] ? ' ' : letter));
}

/** A title of a test, and what stands before it: `it('`, `test.each(…)('`, or the end of a table of cases. */
const TITLE =
  /^(\s*(?:(?:it|test|describe)(?:\.each\(.*\))?|\][^'"`\n]*\))\(\s*)(['"`])((?:\\.|(?!\2).)*)\2/gm;

/** A text of the same length in which only the titles of tests are left. */
function titlesOf(text: string): string {
  const titles = [...text.matchAll(TITLE)];
  return titles.reduce(
    (kept, { 0: all, 1: before = '', index }) =>
      kept.slice(0, index) +
      ' '.repeat(before.length) +
      all.slice(before.length) +
      kept.slice(index + all.length),
    text.replace(/[^\n]/g, ' '),
  );
}

/** The code of a file with its names taken apart: `tellNews` is two words. */
function namesOf(tree: Tree, file: string): string {
  return tree.source(file).code.replace(/([a-z\d])([A-Z])/g, '$1 $2');
}

/** Code in a document is what a program says, not what a person does. */
function proseOf(text: string): string {
  const blank = (code: string) => code.replace(/[^\n]/g, ' ');
  return text.replace(/^```[\s\S]*?^```/gm, blank).replace(/`[^`\n]*`/g, blank);
}

/** `path:line` of each quaint word in what is clean. */
export function findQuaintWords(tree: Tree): string[] {
  const documents = tree.list(CLEAN_DOCUMENTS).map((file) => ({ file, text: proseOf(tree.text(file)) }));
  const sources = tree
    .list(/\.tsx?$/)
    .filter((file) => CLEAN_SOURCES.test(file))
    .flatMap((file) => [
      { file, text: commentsOf(tree, file) },
      { file, text: titlesOf(tree.text(file)) },
      { file, text: namesOf(tree, file) },
    ]);
  return [...documents, ...sources].flatMap(({ file, text }) =>
    QUAINT.flatMap(({ word, instead }) =>
      [...text.matchAll(word)].map(
        ({ 0: found, index }) => `${place(file, text, index)} says "${found}": better ${instead}`,
      ),
    ),
  );
}
