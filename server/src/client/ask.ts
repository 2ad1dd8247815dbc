// How a command gets a secret, or a yes. A secret is asked for on a terminal without showing it, or read from the standard
// input: an argument would stay in the history of the shell and in the list of processes.
import { createInterface, type Interface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { OperatorError } from '../errors.ts';

const INPUT_BYTES_MAX = 64 * 1024;

/** Where questions go and answers come from. */
export interface Terminal {
  input: Readable & { isTTY?: boolean };
  output: Writable;
}

/** The terminal of this process; questions go where results do not. */
export const ownTerminal: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Asks one question after the other; each answer is a line that is typed without being shown. What is typed ahead, or
 * pasted in several lines, is the answer to the next ones.
 */
export class HiddenQuestions {
  readonly #output: Writable;
  readonly #reader: Interface;
  readonly #lines: string[] = [];
  #waiting: PromiseWithResolvers<string> | undefined;
  #isClosed = false;

  constructor({ input, output }: Terminal) {
    // What is typed is echoed by readline, not by the terminal: into nowhere.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.#output = output;
    this.#reader = createInterface({ input, output: nowhere, terminal: true });
    this.#reader.on('line', (line) => {
      if (!this.#waiting) return void this.#lines.push(line);
      this.#waiting.resolve(line);
      // The caller continues later; a line that comes before that is not an answer to this question.
      this.#waiting = undefined;
    });
    this.#reader.on('SIGINT', () => this.#reader.close());
    this.#reader.on('close', () => {
      this.#isClosed = true;
      this.#waiting?.reject(nothingEntered());
    });
  }

  /** @throws OperatorError when the input ends before, or with Ctrl-C. */
  async ask(question: string): Promise<string> {
    this.#output.write(question);
    try {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.#isClosed) throw nothingEntered();
      this.#waiting = Promise.withResolvers();
      return await this.#waiting.promise;
    } finally {
      this.#waiting = undefined;
      this.#output.write('\n');
    }
  }

  close(): void {
    this.#reader.close();
  }
}

/**
 * Asks whether to do what was printed just before. Anything but "yes" means no, and so does a standard input that is
 * no terminal.
 */
export async function askForYes({ input, output }: Terminal): Promise<boolean> {
  if (!input.isTTY) return false;
  const reader = createInterface({ input, output });
  // Ctrl-C and the end of the input answer nothing.
  const closed = new Promise<string>((resolve) => reader.on('close', () => resolve('')));
  const asked = new Promise<string>((resolve) => reader.question('Type "yes" to do it: ', resolve));
  const answer = await Promise.race([asked, closed]);
  reader.close();
  return answer.trim() === 'yes';
}

function nothingEntered(): OperatorError {
  return new OperatorError('Nothing was entered, and nothing was changed');
}

/** The whole standard input as text. @throws OperatorError above 64 KiB. */
export async function readInput(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    sizeBytes += bytes.length;
    if (sizeBytes > INPUT_BYTES_MAX) {
      throw new OperatorError(`The standard input has more than ${INPUT_BYTES_MAX} bytes`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
