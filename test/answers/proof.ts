// `npm run proof:answers`: proves on this machine that the answer to a create is always what PostgreSQL has
// committed, while connections break at any statement and the whole database sometimes goes away. Exit code 1
// when an answer was wrong.
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateDatabase } from '../../server/src/core.ts';
import { startEmbeddedPostgres } from '../../server/src/db/embedded.ts';
import { silentLog } from '../../server/src/db/log.ts';
import { createLog } from '../../server/src/lib/log.ts';
import { runProof } from '../stage/proof.ts';
import { Creates } from './creates.ts';
import { Cuts, createRandom, MOMENTS } from './cuts.ts';
import { Stage } from './stage.ts';

/** As a share of all statements, in a wave with trouble. */
const SHARE_CUT = 0.4;
/** In every such wave the database stays away for longer than a create keeps trying. */
const WAVES_BETWEEN_OUTAGES = 12;
const VIOLATIONS_SHOWN_MAX = 50;

interface Run {
  creates: Creates;
  stage: Stage;
  outages: number;
}

async function send(
  { creates, stage }: Run,
  cuts: Cuts,
  options: { creates: number; seed: number },
): Promise<number> {
  const random = createRandom(options.seed);
  let outages = 0;
  for (let wave = 1; creates.sent < options.creates; wave++) {
    const isOutage = wave % WAVES_BETWEEN_OUTAGES === 0;
    if (isOutage) outages++;
    await creates.wave({
      begin: () => {
        const moment = MOMENTS[outages % MOMENTS.length];
        if (!isOutage) cuts.byChance(SHARE_CUT, random);
        else if (outages % 2 === 0) cuts.all(moment);
        // Only statements that write, so that every create of the wave gets that far.
        else cuts.allOf(/create-tasks/, moment);
      },
      end: () => cuts.calm(),
    });
    process.stderr.write(`\r${creates.sent} creates, ${stage.cuts.length} connections broken `);
  }
  process.stderr.write('\n');
  return outages;
}

function report({ creates, stage, outages }: Run): string {
  const lines = Object.entries(creates.statuses).map(
    ([status, times]) => `  ${String(times).padStart(6)}  answered ${status}`,
  );
  const places = Map.groupBy(stage.cuts, ({ label, moment }) => `${moment} ${label}`);
  const broken = [...places].map(([place, { length }]) => `  ${String(length).padStart(6)}  ${place}`);
  return [
    `${creates.sent} creates, ${outages} times without a database; the last answer to each:`,
    ...lines,
    `${stage.cuts.length} connections were broken:`,
    ...broken.sort(),
    '',
  ].join('\n');
}

async function prove(options: { creates: number; seed: number }): Promise<boolean> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'reelay-answers-')));
  // PostgreSQL may run as another user, who needs access.
  await chmod(folder, 0o755);
  const database = await startEmbeddedPostgres({ dataDir: folder, log: silentLog });
  const end = async () => {
    await database.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => end().then(() => process.exit(1)));
  const cuts = new Cuts();
  try {
    process.stderr.write(`${options.creates} creates, seed ${options.seed}\n`);
    await migrateDatabase(database.url, createLog('silent'));
    const stage = await Stage.open({ databaseUrl: database.url, dataDir: folder, judge: cuts.judge });
    const run: Run = { creates: new Creates(stage), stage, outages: 0 };
    run.outages = await send(run, cuts, options);
    const violations = await run.creates.check();
    await stage.close();
    process.stdout.write(report(run));
    for (const violation of violations.slice(0, VIOLATIONS_SHOWN_MAX))
      process.stdout.write(`BROKEN  ${violation}\n`);
    process.stdout.write(
      violations.length === 0
        ? 'holds   every answer is what the database says, and the ledger is sound\n'
        : `BROKEN  ${violations.length} answers\n`,
    );
    return violations.length === 0;
  } finally {
    await end();
  }
}

await runProof('proof:answers', 5000, prove);
