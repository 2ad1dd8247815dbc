// The only reader of the environment. A command reads it at its start, checks it as a whole and passes it down in slices.
// All problems are reported together by name; a value is never printed, since it may be a secret.
import { resolve } from 'node:path';
import { faultOfValue, isAddressField } from './credentials/fields.ts';
import { OperatorError } from './errors.ts';
import type { S3StorageSettings } from './files/storage-s3.ts';
import { FAILPOINTS, type Failpoint } from './lib/failpoints.ts';
import type { LogLevel } from './lib/log.ts';
import type { CredentialField } from './providers/contract.ts';
import { providers } from './providers/registry.ts';
import { faultOf, faultOfLongSecret, parseList, type Setting } from './setting.ts';

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export const SETTINGS = {
  PORT: { kind: 'integer', fallback: '8787', min: 0, max: 65_535, about: 'TCP port of the API; 0 picks one' },
  HOST: { kind: 'text', fallback: '127.0.0.1', about: 'Address that the API listens on' },
  DATA_DIR: { kind: 'text', fallback: './data', about: 'Folder of the embedded database, files and secrets' },
  PUBLIC_URL: { kind: 'url', about: 'How clients reach this server; links are made from it' },
  DATABASE_URL: { kind: 'secret', about: 'PostgreSQL 15 or newer; unset starts the embedded one' },
  LOG_LEVEL: { kind: 'choice', fallback: 'info', choices: LOG_LEVELS, about: 'How much is logged' },
  REELAY_SECRET: {
    kind: 'secret',
    about: 'Key of digests and links, 32 characters or more; unset keeps one in DATA_DIR',
  },
  REELAY_DB_CONNECTIONS_MAX: {
    kind: 'integer',
    fallback: '10',
    min: 2,
    max: 200,
    about: 'Database connections a process',
  },
  REELAY_KEEP_ALIVE_SECONDS: {
    kind: 'integer',
    fallback: '80',
    min: 1,
    max: 3600,
    about: 'How long an idle connection is kept; more than the idle time of a balancer in front',
  },
  REELAY_CORS_ORIGINS: { kind: 'origins', about: 'Origins whose pages may call the API, comma separated' },
  REELAY_CONNECTIONS_MAX: {
    kind: 'integer',
    fallback: '10000',
    min: 16,
    max: 1_000_000,
    about: 'Connections to the API at once; lowered to what the limit of open files leaves room for',
  },
  REELAY_KEYLESS_CONNECTIONS_MAX: {
    kind: 'integer',
    fallback: '500',
    min: 1,
    max: 1_000_000,
    about: 'Of these, connections of one address that have not shown a key or a genuine link yet',
  },
  REELAY_TRUST_PROXY: { kind: 'text', about: 'Addresses of proxies in front, comma separated' },
  REELAY_OPERATOR_TOKEN: {
    kind: 'secret',
    about: 'Token of the operator API, 32 characters or more; unset turns that API off',
  },
  REELAY_MODELS: { kind: 'text', about: 'Path of a JSON file with further models' },
  REELAY_STORAGE: {
    kind: 'choice',
    fallback: 'disk',
    choices: ['disk', 's3'],
    about: 'Where files are kept',
  },
  REELAY_S3_ENDPOINT: { kind: 'url', about: 'Address of the S3 server; unset is AWS' },
  REELAY_S3_REGION: { kind: 'text', fallback: 'us-east-1', about: 'Region of the bucket' },
  REELAY_S3_BUCKET: { kind: 'text', about: 'Bucket of results and uploads' },
  REELAY_S3_ACCESS_KEY_ID: { kind: 'secret', about: 'Access key of the bucket' },
  REELAY_S3_SECRET_ACCESS_KEY: { kind: 'secret', about: 'Secret of that access key' },
  REELAY_RESULT_DAYS: {
    kind: 'number',
    fallback: '14',
    min: 0.001,
    max: 3650,
    about: 'Days that results are kept',
  },
  REELAY_UPLOAD_DAYS: {
    kind: 'number',
    fallback: '3',
    min: 0.001,
    max: 3650,
    about: 'Days that uploads are kept',
  },
  REELAY_TASK_DAYS: {
    kind: 'number',
    fallback: '60',
    min: 0.001,
    max: 3650,
    about: 'Days that ended tasks are kept',
  },
  REELAY_UPLOAD_MIB_MAX: {
    kind: 'integer',
    fallback: '50',
    min: 1,
    max: 5000,
    about: 'Largest upload in MiB',
  },
  REELAY_UPLOADS_MAX: {
    kind: 'integer',
    fallback: '1000',
    min: 1,
    max: 10_000_000,
    about: 'Uploads that an account may have at once',
  },
  REELAY_UPLOADS_MIB_MAX: {
    kind: 'integer',
    fallback: '2048',
    min: 1,
    max: 1_000_000_000,
    about: 'MiB that the uploads of an account may have together',
  },
  REELAY_DISK_FREE_MIB_MIN: {
    kind: 'integer',
    fallback: '512',
    min: 0,
    max: 1_000_000_000,
    about: 'Free MiB on the disk of DATA_DIR below which no file is taken in; 0 never refuses',
  },
  REELAY_RENDER_JOBS: { kind: 'integer', fallback: '1', min: 1, max: 16, about: 'Draft renders at once' },
  REELAY_RENDER_SHORT_JOBS: {
    kind: 'integer',
    fallback: '1',
    min: 0,
    max: 16,
    about: 'Short draft renders at once beside those: 5 s of 720p at most, or as much work in another form',
  },
  REELAY_RENDER_THREADS: {
    kind: 'integer',
    min: 1,
    max: 64,
    about: 'Threads a draft render; unset is the number of cores',
  },
  REELAY_RENDER_MINUTES_MAX: {
    kind: 'number',
    fallback: '10',
    min: 0.05,
    max: 120,
    about: 'Minutes that one draft render may take',
  },
  REELAY_TASK_MINUTES_MAX: {
    kind: 'number',
    fallback: '1440',
    min: 0.05,
    max: 100_000,
    about: 'Minutes from create to expired',
  },
  REELAY_UNKNOWN_MINUTES_MAX: {
    kind: 'number',
    fallback: '30',
    min: 0.05,
    max: 100_000,
    about: 'Minutes after which a start that a provider never answered is given up, at your own cost',
  },
  REELAY_RESULT_MINUTES_MAX: {
    kind: 'number',
    fallback: '30',
    min: 0.02,
    max: 100_000,
    about:
      'Minutes for which a file that a provider says it made, and that cannot be fetched, is asked for again',
  },
  REELAY_UNREADABLE_MINUTES_MAX: {
    kind: 'number',
    fallback: '15',
    min: 0.02,
    max: 100_000,
    about:
      'Minutes after which a task whose provider answers nothing that can be read is given up; at most half of the time limit of the task',
  },
  REELAY_LIVE_LOOPBACK_CALLBACKS: {
    kind: 'boolean',
    fallback: 'false',
    about:
      'Lets live keys call back to this machine too, to try them against emulators; only while HOST is loopback',
  },
  REELAY_DRAFT_MARK: {
    kind: 'boolean',
    fallback: 'true',
    about: 'Draws the small draft mark into each draft frame',
  },
  REELAY_FFMPEG: { kind: 'text', about: 'Path of an ffmpeg program, as a second encoder of drafts' },
  REELAY_FAILPOINT: {
    kind: 'choice',
    choices: FAILPOINTS,
    about: 'For crash tests only: the process kills itself at this place',
  },
  REELAY_CREATES_PER_10S: {
    kind: 'integer',
    fallback: '20',
    min: 1,
    max: 1_000_000,
    about: 'Creates per 10 s of a new key',
  },
  REELAY_CALLBACKS_PER_10S: {
    kind: 'integer',
    fallback: '500',
    min: 1,
    max: 10_000_000,
    about: 'Callbacks per 10 s to one host, each process; each begun 16 KiB counts as one',
  },
  REELAY_READS_PER_10S: {
    kind: 'integer',
    fallback: '400',
    min: 1,
    max: 10_000_000,
    about: 'Other calls per 10 s of a new key, each process',
  },
} as const satisfies Record<string, Setting>;

type SettingName = keyof typeof SETTINGS;

const PROVIDER_FIELDS = [...providers.values()].flatMap(({ facts }) => facts.credential);

function toSetting(field: CredentialField): Setting {
  const kind = isAddressField(field) ? 'url' : 'text';
  return { kind: field.isSecret ? 'secret' : kind, fallback: field.fallback, about: field.about };
}

/** The variables of provider accounts, by the names that the adapters give them. */
export const PROVIDER_SETTINGS: Readonly<Record<string, Setting>> = Object.fromEntries(
  PROVIDER_FIELDS.map((field) => [field.environment, toSetting(field)]),
);

/** What each kind of deployment needs, in the units that the names say. */
export interface Config {
  port: number;
  host: string;
  dataDir: string;
  publicUrl?: string;
  databaseUrl?: string;
  databaseConnectionsMax: number;
  logLevel: LogLevel;
  secret?: string;
  keepAliveSeconds: number;
  /** Empty: no page of another origin may call. */
  corsOrigins: string[];
  connectionsMax: number;
  keylessConnectionsMax: number;
  trustProxy: string[];
  operatorToken?: string;
  /** Path of a file with further models. */
  modelsFile?: string;
  /** The variables of provider accounts that are set, by their names. */
  providerEnvironment: Readonly<Record<string, string>>;
  storage: { kind: 'disk' } | { kind: 's3'; s3: S3StorageSettings };
  resultDays: number;
  uploadDays: number;
  taskDays: number;
  uploadBytesMax: number;
  /** Of an account, at once. */
  uploadsMax: number;
  uploadsBytesMax: number;
  /** Below this no file is taken in. */
  diskFreeBytesMin: number;
  renderJobs: number;
  renderShortJobs: number;
  renderThreads?: number;
  renderMinutesMax: number;
  taskMinutesMax: number;
  unknownMinutesMax: number;
  resultMinutesMax: number;
  unreadableMinutesMax: number;
  liveLoopbackCallbacks: boolean;
  draftMark: boolean;
  ffmpegPath?: string;
  createsPer10s: number;
  readsPer10s: number;
  callbacksPer10s: number;
  failpoint?: Failpoint;
  /** By npm or its kin, which name themselves to all that they start. */
  isStartedByNpm: boolean;
}

const MIB = 1024 * 1024;

const S3_NEEDS = ['REELAY_S3_BUCKET', 'REELAY_S3_ACCESS_KEY_ID', 'REELAY_S3_SECRET_ACCESS_KEY'] as const;

type Environment = Record<string, string | undefined>;

const LONG_SECRETS = ['REELAY_SECRET', 'REELAY_OPERATOR_TOKEN'] as const;

function findProviderProblems(env: Environment): string[] {
  const problems = PROVIDER_FIELDS.flatMap((field) => {
    const text = env[field.environment]?.trim();
    const fault = text ? faultOfValue(field, text) : undefined;
    return fault === undefined ? [] : [`${field.environment} must ${fault}`];
  });
  // Providers may share a variable.
  return [...new Set(problems)];
}

function readProviderEnvironment(env: Environment): Record<string, string> {
  const names = Object.keys(PROVIDER_SETTINGS);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** Checks every setting, and that no name of a setting is misspelt. */
function findProblems(env: Environment): string[] {
  const problems: string[] = [];
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const text = env[name];
    const fault = text ? faultOf(setting, text) : undefined;
    if (fault) problems.push(`${name} must ${fault}`);
  }
  problems.push(...findProviderProblems(env));
  const misspelt = Object.keys(env).filter((name) => name.startsWith('REELAY_') && !(name in SETTINGS));
  problems.push(...misspelt.map((name) => `${name} is not a setting of Reelay`));
  for (const name of LONG_SECRETS) {
    const fault = env[name] ? faultOfLongSecret(env[name]) : undefined;
    if (fault) problems.push(`${name} must ${fault}`);
  }
  if (env.REELAY_OPERATOR_TOKEN && !/^[\x21-\x7e]+$/.test(env.REELAY_OPERATOR_TOKEN)) {
    problems.push('REELAY_OPERATOR_TOKEN must be printable ASCII without blanks, since a header carries it');
  }
  if (env.REELAY_STORAGE === 's3') {
    const missing = S3_NEEDS.filter((name) => !env[name]);
    problems.push(...missing.map((name) => `${name} is needed when REELAY_STORAGE is s3`));
  }
  return problems;
}

/**
 * Reads the settings.
 * @throws OperatorError that names every wrong setting at once.
 */
export function readConfig(env: Environment): Config {
  const problems = findProblems(env);
  if (problems.length > 0) throw new OperatorError(`Settings: ${problems.join('; ')}`);
  const text = (name: SettingName): string | undefined => {
    const setting: Setting = SETTINGS[name];
    return env[name] || setting.fallback;
  };
  const number = (name: SettingName): number => Number(text(name));
  const threads = text('REELAY_RENDER_THREADS');
  const modelsFile = text('REELAY_MODELS');
  return Object.freeze({
    port: number('PORT'),
    host: text('HOST') as string,
    dataDir: resolve(text('DATA_DIR') as string),
    publicUrl: text('PUBLIC_URL')?.replace(/\/+$/, ''),
    databaseUrl: text('DATABASE_URL'),
    databaseConnectionsMax: number('REELAY_DB_CONNECTIONS_MAX'),
    logLevel: text('LOG_LEVEL') as LogLevel,
    secret: text('REELAY_SECRET'),
    keepAliveSeconds: number('REELAY_KEEP_ALIVE_SECONDS'),
    corsOrigins: parseList(text('REELAY_CORS_ORIGINS')),
    connectionsMax: number('REELAY_CONNECTIONS_MAX'),
    keylessConnectionsMax: number('REELAY_KEYLESS_CONNECTIONS_MAX'),
    trustProxy: parseList(text('REELAY_TRUST_PROXY')),
    operatorToken: text('REELAY_OPERATOR_TOKEN'),
    modelsFile: modelsFile === undefined ? undefined : resolve(modelsFile),
    providerEnvironment: readProviderEnvironment(env),
    storage: readStorage(text),
    resultDays: number('REELAY_RESULT_DAYS'),
    uploadDays: number('REELAY_UPLOAD_DAYS'),
    taskDays: number('REELAY_TASK_DAYS'),
    uploadBytesMax: number('REELAY_UPLOAD_MIB_MAX') * MIB,
    uploadsMax: number('REELAY_UPLOADS_MAX'),
    uploadsBytesMax: number('REELAY_UPLOADS_MIB_MAX') * MIB,
    diskFreeBytesMin: number('REELAY_DISK_FREE_MIB_MIN') * MIB,
    renderJobs: number('REELAY_RENDER_JOBS'),
    renderShortJobs: number('REELAY_RENDER_SHORT_JOBS'),
    renderThreads: threads === undefined ? undefined : Number(threads),
    renderMinutesMax: number('REELAY_RENDER_MINUTES_MAX'),
    taskMinutesMax: number('REELAY_TASK_MINUTES_MAX'),
    unknownMinutesMax: number('REELAY_UNKNOWN_MINUTES_MAX'),
    resultMinutesMax: number('REELAY_RESULT_MINUTES_MAX'),
    unreadableMinutesMax: number('REELAY_UNREADABLE_MINUTES_MAX'),
    liveLoopbackCallbacks: text('REELAY_LIVE_LOOPBACK_CALLBACKS') === 'true',
    draftMark: text('REELAY_DRAFT_MARK') === 'true',
    ffmpegPath: text('REELAY_FFMPEG'),
    createsPer10s: number('REELAY_CREATES_PER_10S'),
    readsPer10s: number('REELAY_READS_PER_10S'),
    callbacksPer10s: number('REELAY_CALLBACKS_PER_10S'),
    failpoint: text('REELAY_FAILPOINT') as Failpoint | undefined,
    isStartedByNpm: env.npm_execpath !== undefined,
  });
}

function readStorage(text: (name: SettingName) => string | undefined): Config['storage'] {
  if (text('REELAY_STORAGE') === 'disk') return { kind: 'disk' };
  return {
    kind: 's3',
    s3: {
      endpoint: text('REELAY_S3_ENDPOINT'),
      region: text('REELAY_S3_REGION') as string,
      bucket: text('REELAY_S3_BUCKET') as string,
      accessKeyId: text('REELAY_S3_ACCESS_KEY_ID') as string,
      secretAccessKey: text('REELAY_S3_SECRET_ACCESS_KEY') as string,
    },
  };
}
