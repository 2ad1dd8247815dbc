// The words that a proof takes, and its exit code: 0 when what it proves holds, 1 when not, 2 for wrong words.
import { parseArgs } from 'node:util';

export interface ProofOptions {
  /** Creates to send. */
  creates: number;
  /** Of the moments of chance. */
  seed: number;
}

function readNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  process.stderr.write(`--${name} takes a whole number above 0, not "${text}"\n`);
  return process.exit(2);
}

/**
 * Runs a proof with the options of the command line.
 * @param script its name in package.json.
 * @param creates to send where none are given.
 */
export async function runProof(
  script: string,
  creates: number,
  prove: (options: ProofOptions) => Promise<boolean>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      creates: { type: 'string', default: String(creates) },
      seed: { type: 'string', default: String(Math.ceil(performance.timeOrigin % 1e9)) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`Usage: npm run ${script} -- [options]

  --creates <n>   creates to send (default ${creates})
  --seed <n>      of the moments of chance, to repeat a run as far as the machine allows
  --help          show this
`);
    return;
  }
  const options = { creates: readNumber('creates', values.creates), seed: readNumber('seed', values.seed) };
  process.exitCode = (await prove(options)) ? 0 : 1;
}
