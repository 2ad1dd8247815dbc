// The source tree as the rules see it: paths relative to the root, texts, and one way to name the place of a
// fault.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { readSource, type SourceText } from './source-text.ts';

export const ROOT = path.join(import.meta.dirname, '..', '..');

/** From elsewhere, or not in the repository. */
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.cache', 'coverage', 'dist']);
const TEXT_FILE = /\.(tsx?|js|json|md|sql|html|css|txt)$|^(?!.*\.\w+$)|\.env\.example$/;

export interface TreeFile {
  /** With forward slashes, from the root of the repository. */
  path: string;
  sizeBytes: number;
}

export class Tree {
  readonly files: readonly TreeFile[];
  readonly #readText: (path: string) => string;
  readonly #texts = new Map<string, string>();
  readonly #sources = new Map<string, SourceText>();

  constructor(files: readonly TreeFile[], readText: (path: string) => string) {
    this.files = files;
    this.#readText = readText;
  }

  has(name: string): boolean {
    return this.files.some(({ path: known }) => known === name);
  }

  text(name: string): string {
    let text = this.#texts.get(name);
    if (text === undefined) {
      text = this.#readText(name);
      this.#texts.set(name, text);
    }
    return text;
  }

  source(name: string): SourceText {
    let source = this.#sources.get(name);
    if (!source) {
      source = readSource(this.text(name));
      this.#sources.set(name, source);
    }
    return source;
  }

  /** Paths of the files that fit, in order. */
  list(fits: RegExp): string[] {
    return this.files.flatMap(({ path: name }) => (fits.test(name) ? [name] : []));
  }

  /** Files that a person wrote and can read. */
  listTexts(): string[] {
    return this.list(TEXT_FILE).filter((name) => name !== 'package-lock.json' && !name.includes('/vendor/'));
  }
}

function listFolder(folder: string, found: TreeFile[]): void {
  for (const entry of readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      // `data` at the root is what a started server keeps.
      if (!SKIPPED_FOLDERS.has(entry.name) && name !== 'data') listFolder(name, found);
    } else if (entry.isFile()) {
      found.push({ path: name, sizeBytes: statSync(path.join(ROOT, name)).size });
    }
  }
}

/** The repository as it is on the disk. */
export function readTree(): Tree {
  const files: TreeFile[] = [];
  listFolder('', files);
  files.sort((one, other) => (one.path < other.path ? -1 : 1));
  return new Tree(files, (name) => readFileSync(path.join(ROOT, name), 'utf8'));
}

/** A tree of a few texts, to prove that a rule finds what it should. */
export function plantTree(texts: Record<string, string>): Tree {
  const files = Object.entries(texts).map(([name, text]) => ({ path: name, sizeBytes: text.length }));
  return new Tree(files, (name) => texts[name] ?? '');
}

/** `path:line`, as editors and terminals open it. */
export function place(name: string, text: string, at: number): string {
  return `${name}:${text.slice(0, at).split('\n').length}`;
}
