// The table of all settings: an entry is all that a setting needs. The environment is read in config.ts; nothing here
// reads it.
import { FAILPOINTS } from './lib/failpoints.ts';
import { LOG_LEVELS } from './lib/log.ts';
import type { Setting } from './setting.ts';

const MIB = 1024 * 1024;

/** A setting of the server, by its variable. */
export interface ServerSetting extends Setting {
  /** Its name in `Config`, with the unit that its value has there. */
  field: string;
}

/** The settings under the titles that they have in the documents, in the order of these. */
export const SETTING_GROUPS = {
  Server: {
    PORT: {
      field: 'port',
      kind: 'integer',
      fallback: '8787',
      min: 0,
      max: 65_535,
      about: 'TCP port of the API; 0 picks one',
    },
    HOST: { field: 'host', kind: 'text', fallback: '127.0.0.1', about: 'Address that the API listens on' },
    DATA_DIR: {
      field: 'dataDir',
      kind: 'path',
      fallback: './data',
      about: 'Folder of the embedded database, files and secrets',
    },
    PUBLIC_URL: {
      field: 'publicUrl',
      kind: 'url',
      about: 'How clients reach this server; links are made from it',
    },
    LOG_LEVEL: {
      field: 'logLevel',
      kind: 'choice',
      fallback: 'info',
      choices: LOG_LEVELS,
      about: 'How much is logged',
    },
    REELAY_SECRET: {
      field: 'secret',
      kind: 'secret',
      about: 'Key of digests and links, 32 characters or more; unset keeps one in DATA_DIR',
    },
    REELAY_KEEP_ALIVE_SECONDS: {
      field: 'keepAliveSeconds',
      kind: 'integer',
      fallback: '80',
      min: 1,
      max: 3600,
      about: 'How long an idle connection is kept; more than the idle time of a balancer in front',
    },
    REELAY_CORS_ORIGINS: {
      field: 'corsOrigins',
      kind: 'origins',
      about: 'Origins whose pages may call the API, comma separated',
    },
    REELAY_TRUST_PROXY: {
      field: 'trustProxy',
      kind: 'list',
      about: 'Addresses of proxies in front, comma separated',
    },
    REELAY_OPERATOR_TOKEN: {
      field: 'operatorToken',
      kind: 'secret',
      about: 'Token of the operator API, 32 characters or more; unset turns that API off',
    },
    REELAY_OPERATORS_NEED_SECOND_FACTOR: {
      field: 'operatorsNeedSecondFactor',
      kind: 'boolean',
      fallback: 'false',
      about:
        'What operators may do is closed to a session of a person without a second factor; the token is not concerned',
    },
    REELAY_MODELS: { field: 'modelsFile', kind: 'path', about: 'Path of a JSON file with further models' },
  },
  Database: {
    DATABASE_URL: {
      field: 'databaseUrl',
      kind: 'secret',
      about: 'PostgreSQL 15 or newer; unset starts the embedded one',
    },
    REELAY_DB_CONNECTIONS_MAX: {
      field: 'databaseConnectionsMax',
      kind: 'integer',
      fallback: '10',
      min: 2,
      max: 200,
      about: 'Database connections a process',
    },
  },
  Files: {
    REELAY_STORAGE: {
      field: 'storage',
      kind: 'choice',
      fallback: 'disk',
      choices: ['disk', 's3'],
      about: 'Where files are kept',
    },
    REELAY_S3_ENDPOINT: { field: 's3Endpoint', kind: 'url', about: 'Address of the S3 server; unset is AWS' },
    REELAY_S3_REGION: {
      field: 's3Region',
      kind: 'text',
      fallback: 'us-east-1',
      about: 'Region of the bucket',
    },
    REELAY_S3_BUCKET: { field: 's3Bucket', kind: 'text', about: 'Bucket of results and uploads' },
    REELAY_S3_ACCESS_KEY_ID: { field: 's3AccessKeyId', kind: 'secret', about: 'Access key of the bucket' },
    REELAY_S3_SECRET_ACCESS_KEY: {
      field: 's3SecretAccessKey',
      kind: 'secret',
      about: 'Secret of that access key',
    },
    REELAY_RESULT_DAYS: {
      field: 'resultDays',
      kind: 'number',
      fallback: '14',
      min: 0.001,
      max: 3650,
      about: 'Days that results are kept',
    },
    REELAY_UPLOAD_DAYS: {
      field: 'uploadDays',
      kind: 'number',
      fallback: '3',
      min: 0.001,
      max: 3650,
      about: 'Days that uploads are kept',
    },
    REELAY_UPLOAD_MIB_MAX: {
      field: 'uploadBytesMax',
      kind: 'integer',
      fallback: '50',
      min: 1,
      max: 5000,
      scale: MIB,
      about: 'Largest upload in MiB',
    },
    REELAY_UPLOADS_MAX: {
      field: 'uploadsMax',
      kind: 'integer',
      fallback: '1000',
      min: 1,
      max: 10_000_000,
      about: 'Uploads that an account may have at once',
    },
    REELAY_UPLOADS_MIB_MAX: {
      field: 'uploadsBytesMax',
      kind: 'integer',
      fallback: '2048',
      min: 1,
      max: 1_000_000_000,
      scale: MIB,
      about: 'MiB that the uploads of an account may have together',
    },
    REELAY_DISK_FREE_MIB_MIN: {
      field: 'diskFreeBytesMin',
      kind: 'integer',
      fallback: '512',
      min: 0,
      max: 1_000_000_000,
      scale: MIB,
      about: 'Free MiB on the disk of DATA_DIR below which no file is taken in; 0 never refuses',
    },
  },
  'Limits and retention': {
    REELAY_CONNECTIONS_MAX: {
      field: 'connectionsMax',
      kind: 'integer',
      fallback: '10000',
      min: 16,
      max: 1_000_000,
      about: 'Connections to the API at once; lowered to what the limit of open files leaves room for',
    },
    REELAY_KEYLESS_CONNECTIONS_MAX: {
      field: 'keylessConnectionsMax',
      kind: 'integer',
      fallback: '500',
      min: 1,
      max: 1_000_000,
      about: 'Of these, connections of one address that have not shown a key or a genuine link yet',
    },
    REELAY_TASK_DAYS: {
      field: 'taskDays',
      kind: 'number',
      fallback: '60',
      min: 0.001,
      max: 3650,
      about: 'Days that ended tasks are kept',
    },
    REELAY_LEDGER_MONTHS: {
      field: 'ledgerMonths',
      kind: 'integer',
      fallback: '0',
      min: 0,
      max: 1200,
      about:
        'Months that the charges of an exported month are kept one by one, before sums stand for them; 0 keeps them for ever',
    },
    REELAY_TASK_MINUTES_MAX: {
      field: 'taskMinutesMax',
      kind: 'number',
      fallback: '1440',
      min: 0.05,
      max: 100_000,
      about: 'Minutes from create to expired',
    },
    REELAY_UNKNOWN_MINUTES_MAX: {
      field: 'unknownMinutesMax',
      kind: 'number',
      fallback: '30',
      min: 0.05,
      max: 100_000,
      about: 'Minutes after which a start that a provider never answered is given up, at your own cost',
    },
    REELAY_RESULT_MINUTES_MAX: {
      field: 'resultMinutesMax',
      kind: 'number',
      fallback: '30',
      min: 0.02,
      max: 100_000,
      about:
        'Minutes for which a file that a provider says it made, and that cannot be fetched, is asked for again',
    },
    REELAY_UNREADABLE_MINUTES_MAX: {
      field: 'unreadableMinutesMax',
      kind: 'number',
      fallback: '15',
      min: 0.02,
      max: 100_000,
      about:
        'Minutes after which a task whose provider answers nothing that can be read is given up; at most half of the time limit of the task',
    },
    REELAY_CREATES_PER_10S: {
      field: 'createsPer10s',
      kind: 'integer',
      fallback: '20',
      min: 1,
      max: 1_000_000,
      about: 'Creates per 10 s of a new key',
    },
    REELAY_CALLBACKS_PER_10S: {
      field: 'callbacksPer10s',
      kind: 'integer',
      fallback: '500',
      min: 1,
      max: 10_000_000,
      about: 'Callbacks per 10 s to one host, each process; each begun 16 KiB counts as one',
    },
    REELAY_READS_PER_10S: {
      field: 'readsPer10s',
      kind: 'integer',
      fallback: '400',
      min: 1,
      max: 10_000_000,
      about: 'Other calls per 10 s of a new key, each process',
    },
  },
  Mail: {
    REELAY_SMTP_URL: {
      field: 'smtpUrl',
      kind: 'secret',
      about:
        'Mail server, such as smtps://user:password@mail.example.com; with smtp:// STARTTLS is demanded unless the host is this machine or ?tls=off is added. Unset: no mail is sent',
    },
    REELAY_MAIL_FROM: {
      field: 'mailFrom',
      kind: 'text',
      about: 'Address that mails come from; needed with REELAY_SMTP_URL',
    },
    REELAY_NOTICES_COPY: {
      field: 'noticesCopy',
      kind: 'text',
      about: 'Address that gets a copy of each mail about a low balance',
    },
  },
  'Sign-up': {
    REELAY_SIGN_UP: {
      field: 'signUp',
      kind: 'choice',
      fallback: 'closed',
      choices: ['closed', 'verified'],
      about:
        'Who may make an account in the dashboard: with closed nobody, with verified anybody with an address that takes mail; needs REELAY_SMTP_URL',
    },
    REELAY_WELCOME_CREDITS: {
      field: 'welcomeCredits',
      kind: 'integer',
      fallback: '1000000',
      min: 0,
      max: 100_000_000,
      about: 'Test credits of an account that is made so; it gets no live credits',
    },
  },
  'Sign-in elsewhere': {
    REELAY_GOOGLE_CLIENT_ID: {
      field: 'googleClientId',
      kind: 'text',
      about: 'Client of Google, to let people sign in there',
    },
    REELAY_GOOGLE_CLIENT_SECRET: { field: 'googleClientSecret', kind: 'secret', about: 'Client secret' },
    REELAY_GITHUB_CLIENT_ID: {
      field: 'githubClientId',
      kind: 'text',
      about: 'Client of GitHub, to let people sign in there',
    },
    REELAY_GITHUB_CLIENT_SECRET: { field: 'githubClientSecret', kind: 'secret', about: 'Client secret' },
    REELAY_OIDC_ISSUER: {
      field: 'oidcIssuer',
      kind: 'url',
      about: 'Issuer of OpenID Connect, such as https://id.example.com, to let people sign in there',
    },
    REELAY_OIDC_CLIENT_ID: { field: 'oidcClientId', kind: 'text', about: 'Client at that issuer' },
    REELAY_OIDC_CLIENT_SECRET: { field: 'oidcClientSecret', kind: 'secret', about: 'Client secret' },
  },
  'Draft renderer': {
    REELAY_RENDER_JOBS: {
      field: 'renderJobs',
      kind: 'integer',
      fallback: '1',
      min: 1,
      max: 16,
      about: 'Draft renders at once',
    },
    REELAY_RENDER_SHORT_JOBS: {
      field: 'renderShortJobs',
      kind: 'integer',
      fallback: '1',
      min: 0,
      max: 16,
      about: 'Short draft renders at once beside those: 5 s of 720p at most, or as much work in another form',
    },
    REELAY_RENDER_THREADS: {
      field: 'renderThreads',
      kind: 'integer',
      min: 1,
      max: 64,
      about: 'Threads a draft render; unset is the number of cores',
    },
    REELAY_RENDER_MINUTES_MAX: {
      field: 'renderMinutesMax',
      kind: 'number',
      fallback: '10',
      min: 0.05,
      max: 120,
      about: 'Minutes that one draft render may take',
    },
    REELAY_DRAFT_MARK: {
      field: 'draftMark',
      kind: 'boolean',
      fallback: 'true',
      about: 'Draws the small draft mark into each draft frame',
    },
    REELAY_POSTERS: {
      field: 'posters',
      kind: 'boolean',
      fallback: 'true',
      about: 'Makes a small picture of each result, after its task has ended',
    },
    REELAY_FFMPEG: {
      field: 'ffmpegPath',
      kind: 'text',
      about: 'Path of an ffmpeg program, as a second encoder of drafts',
    },
  },
  'Tests against a server': {
    REELAY_LIVE_LOOPBACK_CALLBACKS: {
      field: 'liveLoopbackCallbacks',
      kind: 'boolean',
      fallback: 'false',
      about:
        'Lets live keys call back to this machine too, to try them against emulators; only while HOST is loopback',
    },
    REELAY_FAILPOINT: {
      field: 'failpoint',
      kind: 'choice',
      choices: FAILPOINTS,
      about: 'For crash tests only: the process kills itself at this place',
    },
  },
} as const satisfies Record<string, Record<string, ServerSetting>>;

type Groups = typeof SETTING_GROUPS;

/** Each entry of the table, as precise as it is written there. */
export type SettingEntry = { [G in keyof Groups]: Groups[G][keyof Groups[G]] }[keyof Groups];

/** All of them, by variable. */
export const SETTINGS: Readonly<Record<string, ServerSetting>> = Object.assign(
  {},
  ...Object.values(SETTING_GROUPS),
);
