// `npm run bench`: measures, each thing in its own processes and with figures from one run. `--only` takes
// names, `--quick` runs shorter turns, `--json` writes the figures to a file. A figure beyond its bound ends it with exit
// code 1, unless the run is a quick one.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, type Figure, isWithin, printLine, takeFigures } from './bench.ts';
import { callbackDelayBench } from './callback-delay.ts';
import { dashboardBench } from './dashboard.ts';
import { dispatchBench } from './dispatch.ts';
import { neighboursBench } from './neighbours.ts';
import { openTasksBench } from './open-tasks.ts';
import { raceBench } from './race.ts';
import { renderingBench } from './rendering.ts';
import { roundsBench } from './rounds.ts';
import { runStored } from './stored.ts';
import { wholeTasksBench } from './whole-tasks.ts';

const BENCHES: readonly Bench[] = [
  raceBench,
  renderingBench,
  wholeTasksBench,
  callbackDelayBench,
  dispatchBench,
  roundsBench,
  openTasksBench,
  neighboursBench,
  dashboardBench,
];

const HELP = `Usage: npm run bench -- [options]

Options:
  --only <names>  only these, comma separated
  --stored <n>    only this: the price of n stored tasks against 10,000
  --json <file>   writes the figures there, too
  --quick         shorter and smaller: to see that it runs
  --help          show this

Exit code 1 when a figure is beyond its bound; a quick run has no bounds, except with --stored.

${BENCHES.map(({ name, about }) => `  ${name.padEnd(15)} ${about}`).join('\n')}
`;

function choose(only: string | undefined): readonly Bench[] {
  if (only === undefined) return BENCHES;
  return only.split(',').map((name) => {
    const found = BENCHES.find((bench) => bench.name === name.trim());
    if (!found) throw new Error(`There is no bench "${name}"; there are ${BENCHES.map((one) => one.name)}`);
    return found;
  });
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean' },
    stored: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit();
}
const quick = values.quick === true;
const stored = Number(values.stored ?? 0);
const measured: Record<string, Figure[]> = {};
const folder = await mkdtemp(join(tmpdir(), 'reelay-bench-'));
try {
  if (stored > 0) {
    if (!(await runStored({ quick, dataDir: join(folder, 'stored') }, stored))) process.exitCode = 1;
    measured.stored = takeFigures();
  }
  for (const { name, about, run } of stored > 0 ? [] : choose(values.only)) {
    printLine(`${name}: ${about}`);
    await run({ quick, dataDir: join(folder, name) });
    measured[name] = takeFigures();
    if (!quick && !measured[name].every(isWithin)) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(measured, null, 2)}\n`);
}
