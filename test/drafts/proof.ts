// `npm run proof:drafts`: runs every model of the catalogue once on a test key, with the smallest input that it takes, from
// create to result, and prints what came of each. Exit code 1 when a model made nothing.
import { parseArgs } from 'node:util';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { smallestInputFor } from '../../server/src/providers/conformance-samples.ts';
import type { Door, Task } from '../stage/api.ts';
import { ask } from '../stage/api.ts';
import { call } from '../stage/http.ts';
import { Site } from '../stage/processes.ts';
import { rest, waitFor } from '../stage/wait.ts';

const HELP = `Usage: npm run proof:drafts -- [options]

  --only <text>   models whose name has this in it; may be given more than once
  --help          show this
`;
const ENDED_WITHIN_MS = 300_000;

/** Names of templates, which a schema cannot say. */
const TEMPLATES: Record<string, JsonObject> = {
  template_id: { template_id: '104909826' },
  template: {},
};

interface Outcome {
  model: string;
  /** A result, a refusal of the create, or the reason of a failure. */
  outcome: string;
  isMade: boolean;
  seconds: number;
}

function describe({ status, result }: Task): string {
  if (status !== 'success') return `failed: ${result?.error ?? ''} ${result?.message ?? ''}`;
  const { width, height, scene, edit, effect, material, duration, key } = result?.usage ?? {};
  if (duration !== undefined) return `${result?.media_urls.length} x ${duration} s, ${key ?? 'no music'}`;
  const drawn = [scene, edit, effect, material].filter((part) => part !== undefined).join(', ');
  return `${result?.media_urls.length} x ${width} x ${height}, ${drawn}`;
}

async function run(door: Door, model: string, input: JsonObject): Promise<Outcome> {
  const began = performance.now();
  const end = (outcome: string, isMade: boolean): Outcome => ({
    model,
    outcome,
    isMade,
    seconds: (performance.now() - began) / 1000,
  });
  const created = await call({
    url: `${door.url}/api/v1/client/job/CreateTask`,
    key: door.key,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, input }),
  });
  if (created.status !== 200) return end(`refused: ${created.text.slice(0, 160)}`, false);
  const id = String((created.json.data as JsonObject).task_id);
  const task = await waitFor(`the end of ${model}`, ENDED_WITHIN_MS, async () => {
    const read = (await ask(door, `job/TaskInfo?task_id=${id}`)).json.data as unknown as Task;
    if (read.status === 'success' || read.status === 'failed') return read;
    // Looks now and then: the machine is busy drawing.
    await rest(250);
    return undefined;
  });
  return end(describe(task), task.status === 'success');
}

async function proveAll(only: readonly string[]): Promise<Outcome[]> {
  const site = await Site.open();
  try {
    const announced = await site.start().ready;
    if (!announced?.address || !announced.testKey) throw new Error('the server did not start');
    const door: Door = { url: announced.address, key: announced.testKey };
    const outcomes: Outcome[] = [];
    for (const model of readShippedModels().filter((candidate) =>
      only.some((text) => candidate.model.includes(text)),
    )) {
      const template = Object.keys(TEMPLATES).find((name) => model.input_schema.required?.includes(name));
      const input = {
        ...smallestInputFor(model, model.offers[0] ?? { provider: 'draft' }),
        ...(template && TEMPLATES[template]),
      };
      const outcome = await run(door, model.model, input);
      outcomes.push(outcome);
      const mark = outcome.isMade ? 'made  ' : 'FAILED';
      process.stdout.write(
        `${mark} ${model.model.padEnd(40)} ${outcome.seconds.toFixed(1)} s  ${outcome.outcome}\n`,
      );
    }
    return outcomes;
  } finally {
    await site.close();
  }
}

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: [''] }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  const outcomes = await proveAll(values.only);
  const made = outcomes.filter(({ isMade }) => isMade).length;
  process.stdout.write(`${made} of ${outcomes.length} models made a draft\n`);
  process.exitCode = made === outcomes.length ? 0 : 1;
}
