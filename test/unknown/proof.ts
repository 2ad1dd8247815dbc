// `npm run proof:unknown`: proves on this machine that a start whose outcome is unknown is never made twice,
// and that every task ends with its hold settled, whatever breaks. Prints the table; exit code 1 when a
// promise is broken.
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../../server/src/db/embedded.ts';
import { silentLog } from '../../server/src/db/log.ts';
import type { Site } from '../stage/processes.ts';
import { check, PROMISES } from './checker.ts';
import { type Proof, runProof } from './run.ts';
import { printTable } from './table.ts';

const HELP = `Usage: npm run proof:unknown -- [options]

  --creates <n>           orders to place (default 10000)
  --small                 every step, and few deaths: a minute for about 300 orders
  --unknown-minutes <n>   after which the server gives up a start that cannot be found (default 3.5; 0.1 with --small)
  --seed <n>              of the random moments, to repeat a run
  --help                  show this
`;
const VIOLATIONS_SHOWN_MAX = 50;

function countBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): string {
  const groups = Map.groupBy(items, nameOf);
  return [...groups].map(([name, own]) => `  ${String(own.length).padStart(4)}  ${name}`).join('\n');
}

function report(proof: Proof): string {
  const { evidence, deaths, statements, retries, faultsLeft } = proof;
  const atStatement = (place: string) => place.startsWith('before ') || place.startsWith('after ');
  const kinds = countBy(
    deaths,
    ({ role, place }) => `${role} ${atStatement(place) ? 'at a statement' : place}`,
  );
  const died = countBy(statements.died, ({ label, moment }) => `${moment} ${label}`);
  return [
    printTable(evidence),
    '',
    `${deaths.length} deaths of processes:`,
    kinds,
    '',
    `Of ${statements.seen.length} statements that change something, workers died:`,
    died,
    '',
    `${evidence.accepted.length} jobs were accepted by providers; ${retries} creates were sent again for want of an answer.`,
    `${faultsLeft} faults were met by no request: an account that rested sent the task elsewhere.`,
  ].join('\n');
}

async function prove(values: {
  creates: number;
  isSmall: boolean;
  minutes: number;
  seed: number;
}): Promise<boolean> {
  const { creates, isSmall, minutes, seed } = values;
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'reelay-proof-')));
  // PostgreSQL may run as another user, who needs access.
  await chmod(folder, 0o755);
  const database = await startEmbeddedPostgres({ dataDir: folder, log: silentLog });
  const end = async () => {
    await database.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  let site: Site | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, async () => {
      await site?.close();
      await end();
      process.exit(1);
    });
  }
  try {
    process.stderr.write(`${creates} orders, seed ${seed}\n`);
    const proof = await runProof({
      databaseUrl: database.url,
      creates,
      size: isSmall ? 'small' : 'large',
      unknownMinutes: minutes,
      seed,
      report: (line) => process.stderr.write(`${line}\n`),
      onSite: (started) => {
        site = started;
      },
    });
    const violations = check(proof.evidence);
    process.stdout.write(`${report(proof)}\n\n`);
    for (const promise of Object.keys(PROMISES)) {
      const broken = violations.filter((violation) => violation.promise === promise);
      process.stdout.write(`${broken.length === 0 ? 'holds ' : 'BROKEN'}  ${promise}\n`);
      const shown = broken.slice(0, VIOLATIONS_SHOWN_MAX).map(({ detail }) => `          ${detail}\n`);
      process.stdout.write(shown.join(''));
    }
    return violations.length === 0;
  } finally {
    await end();
  }
}

/** @throws Error with a line for the person who typed it. */
function readNumber(name: string, text: string, isWhole = true): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0) || (isWhole && !Number.isSafeInteger(value))) {
    throw new Error(`--${name} takes a ${isWhole ? 'whole ' : ''}number above 0, not "${text}"`);
  }
  return value;
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      creates: { type: 'string', default: '10000' },
      small: { type: 'boolean', default: false },
      'unknown-minutes': { type: 'string' },
      seed: { type: 'string', default: String(Math.ceil(performance.timeOrigin % 1e9)) },
      help: { type: 'boolean', default: false },
    },
  });
  const { small: isSmall, help } = values;
  return {
    help,
    isSmall,
    creates: readNumber('creates', values.creates),
    minutes: readNumber('unknown-minutes', values['unknown-minutes'] ?? (isSmall ? '0.1' : '3.5'), false),
    seed: readNumber('seed', values.seed),
  };
}

function readOrExplain() {
  try {
    return readArguments();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return process.exit(2);
  }
}

const { help, ...given } = readOrExplain();
if (help) process.stdout.write(HELP);
else process.exitCode = (await prove(given)) ? 0 : 1;
