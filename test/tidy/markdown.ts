// What the documents promise: links that lead somewhere, commands that exist, entries that agree with the
// code.
import path from 'node:path';
import { place, type Tree } from './tree.ts';

const LINK = /!?\[[^\]]*\]\(([^)\s]+)\)/g;
const FENCE = /^```(\w*)\n([\s\S]*?)^```/gm;

export function listDocuments(tree: Tree): string[] {
  return tree.list(/\.md$/).filter((name) => !name.includes('/vendor/'));
}

/** The anchor that a heading gets on code hosts. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function hasAnchor(tree: Tree, file: string, anchor: string): boolean {
  const headings = tree.text(file).matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].some(([, heading]) => anchorOf(heading) === anchor);
}

function leadsSomewhere(tree: Tree, from: string, target: string): boolean {
  if (/^(https?|mailto):/.test(target)) return true;
  const [name, anchor] = target.split('#');
  const to = name === '' ? from : path.posix.normalize(path.posix.join(path.posix.dirname(from), name));
  if (anchor !== undefined) return tree.has(to) && hasAnchor(tree, to, anchor);
  const folder = `${to.replace(/\/$/, '')}/`;
  return tree.has(to) || tree.files.some(({ path: file }) => file.startsWith(folder));
}

/** Links to files and headings that do not exist. Web addresses are not checked. */
export function findBrokenLinks(tree: Tree): string[] {
  return listDocuments(tree).flatMap((file) => {
    const text = tree.text(file);
    return [...text.matchAll(LINK)]
      .filter(([, target]) => !leadsSomewhere(tree, file, target))
      .map(({ index, 1: target }) => `${place(file, text, index)} links to ${target}, which does not exist`);
  });
}

export interface CodeLine {
  where: string;
  text: string;
}

/** Lines of the shell blocks of a document. */
export function shellLines(tree: Tree, file: string): CodeLine[] {
  const text = tree.text(file);
  return [...text.matchAll(FENCE)].flatMap(({ index, 1: language, 2: body }) => {
    if (language !== 'sh' && language !== 'bash') return [];
    const first = text.slice(0, index).split('\n').length + 1;
    return body.split('\n').map((line, at) => ({ where: `${file}:${first + at}`, text: line }));
  });
}

interface Known {
  scripts: readonly string[];
  /** As they are typed after `reelay`. */
  commands: readonly string[];
}

function judgeLine({ where, text }: CodeLine, { scripts, commands }: Known): string[] {
  const unknownScripts = [...text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)]
    .filter(([, script]) => !scripts.includes(script))
    .map(([, script]) => `${where} runs the script ${script}, which does not exist`);
  const unknownCommands = [...text.matchAll(/\breelay (?:-- )?([a-z]+(?: [a-z-]+)?)/g)]
    .filter(([, words]) => !commands.includes(words) && !commands.includes(words.split(' ')[0]))
    .map(([, words]) => `${where} runs "reelay ${words}", which does not exist`);
  return [...unknownScripts, ...unknownCommands];
}

/** Shell lines that name an npm script or a command of `reelay` that does not exist. */
export function findUnknownCommands(tree: Tree, known: Known): string[] {
  return listDocuments(tree)
    .flatMap((file) => shellLines(tree, file))
    .flatMap((line) => judgeLine(line, known));
}

export interface ErrorEntry {
  name: string;
  status: number;
  retryable: boolean;
  example: { code?: unknown; error?: unknown };
}

const ENTRY = /^## `(\w+)`\n\nStatus (\d{3})[^\n]*?\. Retry: (yes|no)\.\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm;

/** The entries of docs/errors.md: name, status, advice and the example. */
export function readErrorEntries(text: string): ErrorEntry[] {
  return [...text.matchAll(ENTRY)].map(([, name, status, retry, body]) => {
    const example = /```json\n([\s\S]*?)```/.exec(body)?.[1] ?? '{}';
    return { name, status: Number(status), retryable: retry === 'yes', example: JSON.parse(example) };
  });
}
