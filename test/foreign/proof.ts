// `npm run proof:doors`: sends creates by npm `openai`, and as many by the AI SDK, through a proxy that breaks connections at any
// place, and proves that there is one task for each call and that the ledger is their sum. Exit code 1 when it is not so.
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../server/src/db/embedded.ts';
import { silentLog } from '../../server/src/db/log.ts';
import { runProof } from '../stage/proof.ts';
import { repeatingAiSdk } from './door-ai-sdk.ts';
import { repeatingOpenai } from './door-openai.ts';
import { DoorStage } from './door-stage.ts';
import { sendThroughCuts } from './repeats.ts';

const AT_ONCE = 40;
/** Of all pieces, in both directions. */
const SHARE_CUT = 0.15;
const VIOLATIONS_SHOWN_MAX = 50;

async function prove({ creates, seed }: { creates: number; seed: number }): Promise<boolean> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'reelay-doors-')));
  // PostgreSQL may run as another user, who needs access.
  await chmod(folder, 0o755);
  const database = await startEmbeddedPostgres({ dataDir: folder, log: silentLog });
  try {
    process.stderr.write(`${creates} creates, seed ${seed}\n`);
    const stage = await DoorStage.open({ databaseUrl: database.url, dataDir: folder });
    let isSound = true;
    for (const client of [repeatingOpenai, repeatingAiSdk]) {
      const options = { creates, seed, atOnce: AT_ONCE, share: SHARE_CUT };
      const { cuts, violations } = await sendThroughCuts(stage, client, options);
      process.stdout.write(`${client.name}\n`);
      for (const [place, count] of Object.entries(cuts).toSorted())
        process.stdout.write(`${String(count).padStart(6)}  cut ${place}\n`);
      for (const violation of violations.slice(0, VIOLATIONS_SHOWN_MAX))
        process.stdout.write(`BROKEN  ${violation}\n`);
      process.stdout.write(
        violations.length === 0
          ? 'holds   there is one task for each call, and the ledger is their sum\n'
          : `BROKEN  ${violations.length} violations\n`,
      );
      isSound &&= violations.length === 0;
    }
    await stage.close();
    return isSound;
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

await runProof('proof:doors', 1000, prove);
