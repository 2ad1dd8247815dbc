// A worker like `reelay work` that measures each round of its dispatcher and prints the times at its end.
import { startApp } from '../server/src/app.ts';
import { readConfig } from '../server/src/config.ts';
import { createCore } from '../server/src/core.ts';
import { Dispatcher } from '../server/src/dispatch/dispatcher.ts';
import { createLog } from '../server/src/lib/log.ts';

const roundsMs: number[] = [];
const round = Dispatcher.prototype.round;
Dispatcher.prototype.round = async function timed(...given) {
  const startedMs = performance.now();
  const claimed = await round.apply(this, given);
  roundsMs.push(performance.now() - startedMs);
  return claimed;
};

const config = readConfig(process.env);
const core = await createCore(config, String(config.databaseUrl), createLog(config.logLevel));
const app = await startApp(core, { api: false, work: true }, Promise.resolve(undefined));
process.once('SIGTERM', async () => {
  await app.stop();
  await core.close();
  process.stdout.write(`${JSON.stringify({ roundsMs })}\n`, () => process.exit());
});
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
