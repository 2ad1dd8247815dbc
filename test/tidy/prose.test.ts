// The words of the prose, in the parts that are clean, and the proof that the rule finds what it should.
import { expect, it } from 'vitest';
import { findQuaintWords } from './prose.ts';
import { plantTree, readTree } from './tree.ts';

it('documents and clean folders contain no quaint word', () => {
  expect(findQuaintWords(readTree())).toEqual([]);
});

it('finds quaint words in the prose of a document, and leaves its code and the decisions alone', () => {
  const tree = plantTree({
    'docs/a.md': 'One.\nThe server tells of it, whoever asks.\n```sh\ntell\n```\n`news`\n',
    'docs/decisions/0001-a.md': 'It was told.',
  });
  expect(findQuaintWords(tree)).toEqual([
    expect.stringMatching(/^docs\/a\.md:2 says "tells"/),
    expect.stringMatching(/^docs\/a\.md:2 says "whoever"/),
  ]);
});

it('finds them in comments and names, and leaves strings alone', () => {
  const tree = plantTree({ 'server/src/lib/a.ts': "const readNews = '😀 told'; // mended\n" });
  expect(findQuaintWords(tree)).toEqual([
    expect.stringMatching(/^server\/src\/lib\/a\.ts:1 says "mended"/),
    expect.stringMatching(/^server\/src\/lib\/a\.ts:1 says "News"/),
  ]);
});

it('finds them in the titles of tests, in a table of cases too', () => {
  const text = "it('tells it', () => {});\ntest.each([\n  ['told'],\n])('%s has news', (word) => word);\n";
  expect(findQuaintWords(plantTree({ 'server/src/providers/a.test.ts': text }))).toEqual([
    expect.stringMatching(/a\.test\.ts:1 says "tells"/),
    expect.stringMatching(/a\.test\.ts:4 says "news"/),
  ]);
});
