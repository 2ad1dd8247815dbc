// record: makes the cheapest job of each kind at a provider with a real key and writes what went over the wire as fixtures
// without the key, or anything else of the account.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { fileOfSample } from '../../../draft/samples/samples.ts';
import { readShippedModels } from '../catalog/models.ts';
import { readOperatorModels } from '../catalog/operator-models.ts';
import { ownTerminal } from '../client/ask.ts';
import { type Config, readConfig } from '../config.ts';
import { readAccount } from '../credentials/environment.ts';
import { fillFields, missingFields } from '../credentials/fields.ts';
import { OperatorError } from '../errors.ts';
import { isObject, type JsonObject, readForeignJson } from '../lib/json.ts';
import { MINUTE_MS, SECOND_MS, systemClock } from '../lib/time.ts';
import type { Provider } from '../providers/contract.ts';
import { createProviderSockets } from '../providers/http.ts';
import { providers } from '../providers/registry.ts';
import { readCount, readWord } from './arguments.ts';
import { findProvider } from './credentials.command.ts';
import { print } from './output.ts';
import { kindsOf, type Plan, planJobs } from './record-plan.ts';
import { type RecordResult, record } from './record-run.ts';

const TIMEOUT_MS = 60 * SECOND_MS;
const MINUTES = 30;
/** A picture of the project's own, without a person, for providers that take bytes. */
const SAMPLE = fileOfSample('lake');

interface Options {
  out?: string;
  only?: string[];
  picture?: string;
  template?: string;
  minutes: number;
  yes?: boolean;
  json?: boolean;
}

export function addRecord(record: Command): void {
  record
    .argument('<provider>', 'id of a provider whose variables are set')
    .option('--out <folder>', 'where the fixtures go (default: recorded/<provider>)')
    .option('--only <kind>', 'this kind alone; may be given several times', readWord)
    .option('--picture <url>', 'public address of a picture without a person, for kinds that begin with one')
    .option('--template <file>', 'an item of the template catalogue of the provider, as JSON')
    .addOption(
      new Option('--minutes <n>', 'the longest that it may take').argParser(readCount).default(MINUTES),
    )
    .option('--yes', 'do not ask: the jobs cost what the plan says')
    .option('--json', 'print JSON')
    .action(runRecord);
}

function fieldsOf(provider: Provider, { providerEnvironment }: Config): Record<string, string> {
  const values = readAccount(provider, providerEnvironment);
  if (values) return fillFields(provider, values);
  const missing = missingFields(provider, {}).map(({ environment }) => environment);
  throw new OperatorError(
    `There is no account of ${provider.id} in the environment; set ${missing.join(', ')}`,
  );
}

async function readTemplate(file: string | undefined): Promise<JsonObject | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file).catch(() => {
    throw new OperatorError(`The file ${file} cannot be read`);
  });
  const json = readForeignJson(text);
  const item = Array.isArray(json) ? json[0] : json;
  if (!isObject(item)) throw new OperatorError(`The file ${file} has no item of a template catalogue`);
  return item;
}

function checkOnly(provider: Provider, kinds: readonly string[], only: readonly string[] = []): void {
  const unknown = only.find((kind) => !kinds.includes(kind));
  if (unknown === undefined) return;
  throw new OperatorError(`${provider.id} has no kind "${unknown}"; it has ${kinds.join(', ')}`);
}

async function makePlan(provider: Provider, config: Config, options: Options): Promise<Plan> {
  const own = config.modelsFile === undefined ? [] : readOperatorModels(config.modelsFile, providers);
  const models = [...readShippedModels(), ...own];
  checkOnly(provider, kindsOf(provider, models), options.only);
  const { picture, only } = options;
  if (picture !== undefined && !/^https?:\/\//.test(picture)) {
    throw new OperatorError('--picture is an http(s) address');
  }
  return planJobs(provider, models, { picture, only, template: await readTemplate(options.template) });
}

function describePlan({ jobs, skipped }: Plan): string[] {
  const lines = jobs.map(({ kind, model, input, credits, usd }) => {
    const cost = usd === undefined ? `${credits} credits by our price list` : `about $${usd.toFixed(3)}`;
    const what = [input.resolution, input.duration === undefined ? undefined : `${input.duration} s`];
    return `  ${kind}: ${model.model} (${what.filter(Boolean).join(', ') || 'as it is'}), ${cost}`;
  });
  const known = jobs.reduce((sum, { usd = 0 }) => sum + usd, 0);
  const unknown = jobs.filter(({ usd }) => usd === undefined).length;
  const open =
    unknown === 0 ? '' : `, and ${unknown} whose cost in money only the provider's price page knows`;
  return [
    ...lines,
    ...skipped.map(({ kind, why }) => `  ${kind}: left out: ${why}`),
    `${jobs.length} paid jobs: about $${known.toFixed(2)}${open}. A job that is cancelled may cost nothing.`,
  ];
}

async function confirm(plan: Plan, isSure: boolean): Promise<void> {
  const { input, output } = ownTerminal;
  for (const line of describePlan(plan)) output.write(`${line}\n`);
  if (isSure || plan.jobs.length === 0) return;
  if (!input.isTTY) throw new OperatorError('These jobs cost money; add --yes if they may be made');
  const questions = createInterface({ input, output });
  try {
    const answer = await questions.question('Make them? [y/N] ');
    if (!/^y(es)?$/i.test(answer.trim())) throw new OperatorError('Nothing was made');
  } finally {
    questions.close();
  }
}

/** Ends with Ctrl-C, a signal to stop, or the time. A second Ctrl-C ends the process as always. */
function untilStopped(minutes: number): { signal: AbortSignal; close(): void } {
  const stop = new AbortController();
  const end = () => stop.abort();
  const timer = setTimeout(end, minutes * MINUTE_MS);
  process.once('SIGINT', end).once('SIGTERM', end);
  return {
    signal: stop.signal,
    close() {
      clearTimeout(timer);
      process.off('SIGINT', end).off('SIGTERM', end);
    },
  };
}

async function runRecord(providerId: string, options: Options): Promise<void> {
  const provider = findProvider(providerId);
  const config = readConfig(process.env);
  const fields = fieldsOf(provider, config);
  const plan = await makePlan(provider, config, options);
  await confirm(plan, options.yes === true);
  const folder = path.resolve(options.out ?? path.join('recorded', provider.id));
  const sockets = createProviderSockets(systemClock, TIMEOUT_MS);
  const stop = untilStopped(options.minutes);
  let result: RecordResult;
  try {
    result = await record({
      provider,
      fields,
      jobs: plan.jobs,
      folder,
      sockets,
      readPicture: () => readFile(SAMPLE),
      signal: stop.signal,
      report: (line) => void ownTerminal.output.write(`${line}\n`),
    });
  } finally {
    stop.close();
    await sockets.close();
  }
  print({ folder, written: result.written, failed: result.failed }, options);
  if (result.written.length === 0 || result.failed.length > 0) process.exitCode = 1;
}
