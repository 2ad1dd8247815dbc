// The code blocks of a document, for tests that run each of them as it stands.
import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);
const BLOCK = /^```(\w+)\n([\s\S]*?)^```$/gm;
/** Of what is shown and not run: an output, or a command that changes the machine of its reader. */
const SHOWN = 'text';

export class Guide {
  readonly name: string;
  readonly #blocks: { language: string; code: string; isTaken: boolean }[];

  /** @param file its path in the repository. */
  constructor(file: string) {
    this.name = file;
    const text = readFileSync(new URL(file, ROOT), 'utf8');
    this.#blocks = [...text.matchAll(BLOCK)]
      .map(([, language, code]) => ({ language, code, isTaken: false }))
      .filter(({ language }) => language !== SHOWN);
  }

  /** The blocks of a language, in order, which count as run from now on. */
  take(language: string): string[] {
    const found = this.#blocks.filter((block) => block.language === language);
    for (const block of found) block.isTaken = true;
    return found.map(({ code }) => code);
  }

  /** The first lines of the blocks that nobody has taken. */
  left(): string[] {
    return this.#blocks.filter(({ isTaken }) => !isTaken).map(({ code }) => code.split('\n')[0]);
  }
}
