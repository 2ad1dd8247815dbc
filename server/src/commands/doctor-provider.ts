// doctor <provider>: tries every account of a provider with the cheapest real call and says what was found, or exactly what
// to set. An account of the environment needs no database for it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readShippedModels } from '../catalog/models.ts';
import { readOperatorModels } from '../catalog/operator-models.ts';
import { type Config, readConfig } from '../config.ts';
import { connectFields, probe } from '../credentials/connections.ts';
import { readAccount } from '../credentials/environment.ts';
import { hintOfFields, hostOfFields, isAddressField, missingFields } from '../credentials/fields.ts';
import { attachEmbeddedPostgres } from '../db/embedded.ts';
import { SECOND_MS, steadyClock, systemClock } from '../lib/time.ts';
import type { Amount, Failure, ProbeOutcome, Provider } from '../providers/contract.ts';
import { createProviderSockets, describeForOperator } from '../providers/http.ts';
import { PictureRoom } from '../providers/pictures.ts';
import { providers } from '../providers/registry.ts';
import { describeAmount, findProvider } from './credentials.command.ts';
import { withCore } from './environment.ts';

const TIMEOUT_MS = 20 * SECOND_MS;

interface Found {
  /** `environment`, or the name of an account in the database. */
  account: string;
  key: string;
  host: string | null;
  works: boolean;
  /** One sentence, with what to do where it does not work. */
  found: string;
  reason: string | null;
  latency_ms: number;
  balance: Amount | null;
}

interface Variable {
  variable: string;
  about: string;
  /** `one of`: one of those that say so is needed. */
  needed: 'yes' | 'one of' | 'no';
  default: string | null;
  is_set: boolean;
}

export interface ProviderReport {
  provider: string;
  title: string;
  docs: string;
  accounts: Found[];
  /** Why something was not looked at. */
  notes: string[];
  /** Our models that it is an offer of. */
  models: string[];
  variables: Variable[];
}

/** What can be done about a failure, as the end of its sentence. */
function adviceFor({ reason }: Failure, provider: Provider, isEnvironment: boolean): string {
  const fields = provider.facts.credential;
  const naming = (wanted: (field: (typeof fields)[number]) => boolean) =>
    fields
      .filter(wanted)
      .map(({ name, environment }) => (isEnvironment ? environment : name))
      .join(', ');
  const secrets = naming(({ isSecret }) => isSecret);
  const base = fields.find(isAddressField);
  const address = naming((field) => field === base);
  switch (reason) {
    case 'bad_credentials':
      return `check ${secrets}${address === '' ? '' : `, and that ${address} is of the same region`}`;
    case 'quota_exhausted':
      return 'top the account up at the provider';
    case 'rate_limited':
      return 'the key is good; try again in a while';
    case 'unavailable':
    case 'timed_out':
      return `check ${address || 'the network'}, and that this machine can reach it`;
    default:
      return `check ${address || 'the fields'}`;
  }
}

function toOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function toFound(
  provider: Provider,
  account: Pick<Found, 'account' | 'key' | 'host'>,
  { outcome, latencyMs }: { outcome: ProbeOutcome; latencyMs: number },
): Found {
  const works = outcome.type === 'works';
  const advice = works ? '' : adviceFor(outcome.failure, provider, account.account === 'environment');
  return {
    ...account,
    works,
    found: toOneLine(
      works ? outcome.detail : `${describeForOperator(outcome.failure).replace(/\.$/, '')}; ${advice}`,
    ),
    reason: works ? null : outcome.failure.reason,
    latency_ms: latencyMs,
    balance: (works ? outcome.balance : undefined) ?? null,
  };
}

async function time(
  work: () => Promise<ProbeOutcome>,
): Promise<{ outcome: ProbeOutcome; latencyMs: number }> {
  const beganMs = performance.now();
  const outcome = await work();
  return { outcome, latencyMs: Math.round(performance.now() - beganMs) };
}

/** Undefined when the environment has no whole account of the provider. */
async function tryEnvironment(provider: Provider, config: Config): Promise<Found | undefined> {
  const values = readAccount(provider, config.providerEnvironment);
  if (!values) return undefined;
  const sockets = createProviderSockets(systemClock, TIMEOUT_MS);
  const pictures = new PictureRoom(() => Promise.reject(new Error('a probe reads no picture')));
  const ways = { sockets, clock: systemClock, steady: steadyClock, pictures };
  try {
    const connection = connectFields(provider, 'environment', values, ways);
    const timed = await time(() => probe(connection));
    const key = hintOfFields(provider, values);
    return toFound(
      provider,
      { account: 'environment', key, host: hostOfFields(provider, values) ?? null },
      timed,
    );
  } finally {
    await sockets.close();
  }
}

/** Whether there is a database to look into: one that runs, or that was made here before and is worth a start. */
async function hasDatabase({ databaseUrl, dataDir }: Config, isWorthAStart: boolean): Promise<boolean> {
  if (databaseUrl !== undefined) return true;
  if ((await attachEmbeddedPostgres({ dataDir })) !== null) return true;
  return isWorthAStart && existsSync(join(dataDir, 'postgres'));
}

/**
 * Tries the accounts in the database, but for the one that the environment has and those that are retired. That of the
 * environment is tried there too while it is cooling: if it works, it takes tasks again.
 */
async function tryStored(provider: Provider, config: Config, notes: string[]): Promise<Found[]> {
  const values = readAccount(provider, config.providerEnvironment);
  return withCore(async ({ credentials }) => {
    const tried = values ? await credentials.findByFields(provider, values) : undefined;
    const cooling = (await credentials.list()).find(({ id, state }) => id === tried && state === 'cooling');
    if (cooling) {
      const { type } = await credentials.test(cooling.id);
      const end = type === 'works' ? 'it takes tasks again from now on' : 'it still takes none';
      notes.push(`the account of the environment was cooling (${cooling.coolReason}); ${end}`);
    }
    const views = (await credentials.list()).filter(
      (view) => view.provider === provider.id && view.state !== 'retired' && view.id !== tried,
    );
    const found: Found[] = [];
    for (const { id, name, hint, host } of views) {
      const timed = await time(() => credentials.test(id));
      found.push(toFound(provider, { account: `${provider.id}/${name}`, key: hint, host }, timed));
    }
    return found;
  });
}

function listModels(provider: Provider, { modelsFile }: Config): string[] {
  const own = modelsFile === undefined ? [] : readOperatorModels(modelsFile, providers);
  return [...readShippedModels(), ...own]
    .filter(({ offers }) => offers.some((offer) => offer.provider === provider.id))
    .map(({ model }) => model);
}

function listVariables(provider: Provider, { providerEnvironment }: Config): Variable[] {
  const needed = missingFields(provider, {});
  return provider.facts.credential.map((field) => {
    const need = field.fallback === undefined ? 'yes' : 'one of';
    return {
      variable: field.environment,
      about: field.about,
      needed: needed.includes(field) ? need : 'no',
      default: field.fallback || null,
      is_set: providerEnvironment[field.environment] !== undefined,
    };
  });
}

/** @throws OperatorError for an unknown provider and for wrong settings. */
export async function examineProvider(providerId: string): Promise<ProviderReport> {
  const provider = findProvider(providerId);
  const config = readConfig(process.env);
  const ofEnvironment = await tryEnvironment(provider, config);
  const accounts = ofEnvironment ? [ofEnvironment] : [];
  const notes: string[] = [];
  try {
    if (await hasDatabase(config, !ofEnvironment))
      accounts.push(...(await tryStored(provider, config, notes)));
    else notes.push('no database runs here, so accounts that were added by command were not looked for');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    notes.push(`accounts that were added by command could not be looked for: ${toOneLine(message)}`);
  }
  const variables = listVariables(provider, config);
  const { title, docs } = provider.facts;
  return {
    provider: provider.id,
    title,
    docs,
    accounts,
    notes,
    models: listModels(provider, config),
    variables,
  };
}

/** Whether there is an account, and all work. */
export function isHealthy({ accounts }: ProviderReport): boolean {
  return accounts.length > 0 && accounts.every(({ works }) => works);
}

/** The report for people. */
export function renderReport(report: ProviderReport): string {
  const lines = [`${report.title} (${report.docs})`, ''];
  for (const { account, key, host, works, found, latency_ms: latencyMs, balance } of report.accounts) {
    const money = balance ? `; balance ${describeAmount(balance)}` : '';
    const verdict = works ? 'works' : 'does not work';
    lines.push(
      `${account} (${key}) at ${host ?? 'no address'} ${verdict}, ${latencyMs} ms: ${found}${money}`,
    );
  }
  if (report.accounts.length === 0) lines.push(...renderVariables(report));
  lines.push(...report.notes.map((note) => `Note: ${note}`));
  const models = report.models.length === 0 ? 'none of the catalogue' : report.models.join(', ');
  lines.push('', `Models: ${models}`);
  return `${lines.join('\n')}\n`;
}

const NEEDS = { yes: 'must be set', 'one of': 'one of these must be set', no: 'may be set' };

function renderVariables({ provider, variables }: ProviderReport): string[] {
  const lines = [`There is no account at ${provider}. Set these variables and try again:`];
  for (const { variable, about, needed, default: fallback, is_set: isSet } of variables) {
    const state = isSet ? 'is set' : NEEDS[needed];
    lines.push(`  ${variable}  ${about} (${state}${fallback === null ? '' : `, default ${fallback}`})`);
  }
  return [...lines, `or add one to the database: reelay credentials add ${provider}`];
}
