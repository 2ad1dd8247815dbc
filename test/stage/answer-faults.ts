// How a server is started as a process of its own so that its answers are checked, and what was found.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const CHECK = new URL('./answer-check-child.ts', import.meta.url).href;

export interface AnswerWatch {
  /** For Node, before the file that it runs. */
  words: readonly string[];
  environment: Record<string, string>;
  /** @throws when an answer was not as it is described. */
  expectNone(): Promise<void>;
}

/** @param folder for the file of the faults; it must be there until the end. */
export function watchAnswers(folder: string): AnswerWatch {
  const file = join(folder, 'answer-faults.txt');
  return {
    words: ['--import', CHECK],
    environment: { ANSWER_FAULTS_FILE: file },
    async expectNone() {
      const faults = await readFile(file, 'utf8').catch(() => '');
      if (faults !== '') throw new Error(`Answers that are not as they are described:\n${faults}`);
    },
  };
}
