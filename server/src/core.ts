// First half of the composition root: the parts of the domain on one database and one secret, as every command and
// every server needs them. app.ts adds the API, the worker, or both.
import { join } from 'node:path';
import type { Pool } from 'pg';
import { Accounts } from './accounts/accounts.ts';
import { Callbacks, type CallbacksOptions } from './callbacks/callbacks.ts';
import { Inboxes } from './callbacks/inboxes.ts';
import { Catalog } from './catalog/catalog.ts';
import { readOperatorModels } from './catalog/operator-models.ts';
import { type Config, storageOf } from './config.ts';
import { CREDENTIALS_KEY_PURPOSE, Credentials } from './credentials/credentials.ts';
import { type Credits, createCredits } from './credits/credits.ts';
import { migrateJobs } from './db/jobs.ts';
import { migrate } from './db/migrate.ts';
import { createPool } from './db/pool.ts';
import { Reports } from './db/report-queue.ts';
import { LiveMarket } from './dispatch/market.ts';
import { crunDoor } from './doors/crun/crun.ts';
import { joinTaskForms } from './doors/door.ts';
import { kieDoor } from './doors/kie/kie.ts';
import { openaiDoor } from './doors/openai/openai.ts';
import { isForThisMachine } from './exposure.ts';
import { readImage } from './files/fetch-image.ts';
import { createFiles, DEFAULT_FILE_SETTINGS, type Files } from './files/files.ts';
import { createStaging } from './files/staging.ts';
import type { FileStorage } from './files/storage.ts';
import { createDiskStorage } from './files/storage-disk.ts';
import { CallerChanges } from './http/caller-changes.ts';
import { hostInUrl } from './lib/addresses.ts';
import { deriveKey } from './lib/derive-key.ts';
import { createGuardedFetch, type GuardedFetch } from './lib/guarded-fetch.ts';
import type { Log } from './lib/log.ts';
import { type Book, MICROS_PER_CREDIT } from './lib/money.ts';
import { type Clock, steadyClock, systemClock } from './lib/time.ts';
import { Mail } from './mail/mail.ts';
import { Notices } from './notices/notices.ts';
import { Joining } from './people/joining.ts';
import { Members } from './people/members.ts';
import { Oauth } from './people/oauth.ts';
import { oauthProvidersOf } from './people/oauth-providers.ts';
import { People } from './people/people.ts';
import { SecondFactors } from './people/second-factor.ts';
import { SignIns } from './people/sign-ins.ts';
import { SignUp, type SignUpOptions } from './people/sign-up.ts';
import { createProviderSockets, type ProviderSockets } from './providers/http.ts';
import { PictureRoom } from './providers/pictures.ts';
import { providers } from './providers/registry.ts';
import { loadSecretOf } from './secret.ts';
import { TaskBrowser } from './tasks/browse.ts';
import { TaskChanges } from './tasks/changes.ts';
import { Admission } from './tasks/create.ts';
import { Examples } from './tasks/examples.ts';
import { Settler } from './tasks/settle.ts';
import { Tasks } from './tasks/tasks.ts';
import { Usage } from './tasks/usage.ts';
import { AccountWatch } from './tasks/watch.ts';
import { Hooks } from './work/hooks.ts';

/** What the commands and the servers stand on: one database, one secret, and the parts of the domain. */
export interface Core {
  config: Config;
  log: Log;
  clock: Clock;
  pool: Pool;
  databaseUrl: string;
  accounts: Accounts;
  people: People;
  callerChanges: CallerChanges;
  members: Members;
  oauth: Oauth;
  signIns: SignIns;
  signUp: SignUp;
  catalog: Catalog;
  credits: Credits;
  mail: Mail;
  notices: Notices;
  files: Files;
  /** What the files are kept in, for a look at it. */
  storage: FileStorage;
  callbacks: Callbacks;
  inboxes: Inboxes;
  admission: Admission;
  tasks: Tasks;
  browser: TaskBrowser;
  examples: Examples;
  watch: AccountWatch;
  usage: Usage;
  settler: Settler;
  changes: TaskChanges;
  credentials: Credentials;
  market: LiveMarket;
  hooks: Hooks;
  sockets: ProviderSockets;
  /** Fetches users' pictures. */
  fetchImages: GuardedFetch;
  /** Counts deliveries of callbacks, and fields of answers that could not be read; set by the server that has metrics. */
  observe: {
    callback: (attempt: { outcome: string; durationMs: number }) => void;
    unread: (unread: { provider: string; fields: readonly string[] }) => void;
  };
  /** The address under which clients reach the API; known once it listens. */
  publicUrl: { value: string };
  close(): Promise<void>;
}

/** The doors where tasks are created. */
const renderForReceiver = joinTaskForms([crunDoor, openaiDoor, kieDoor]);
/** Live keys call back to this machine only where an operator says so, to try them against emulators. */
function loopbackModes(config: Config): Book[] {
  if (!isForThisMachine(config)) return [];
  return config.liveLoopbackCallbacks ? ['test', 'live'] : ['test'];
}

async function createStorage(config: Config): Promise<FileStorage & { close?: () => void }> {
  const storage = storageOf(config);
  if (storage.kind !== 's3') return createDiskStorage(join(config.dataDir, 'files'));
  // The client of S3 takes a tenth of a start to load, and most servers have none.
  const { createS3Storage } = await import('./files/storage-s3.ts');
  return createS3Storage(storage.s3);
}

/** Brings the database up to date. Safe to run from many processes at once. */
export async function migrateDatabase(databaseUrl: string, log: Log): Promise<void> {
  await migrate(databaseUrl, { log });
  await migrateJobs(databaseUrl, log);
}

async function joinFiles(parts: {
  config: Config;
  pool: Pool;
  storage: FileStorage;
  secret: string;
  publicUrl: () => string;
}): Promise<Files> {
  const { config, pool, storage, secret, publicUrl } = parts;
  return createFiles({
    pool,
    storage,
    staging: await createStaging({ folder: join(config.dataDir, 'staging'), clock: systemClock }),
    secret: deriveKey(secret, 'file links'),
    publicUrl,
    clock: systemClock,
    settings: {
      ...DEFAULT_FILE_SETTINGS,
      uploadBytesMax: config.uploadBytesMax,
      uploadsMax: config.uploadsMax,
      uploadsBytesMax: config.uploadsBytesMax,
      diskFreeBytesMin: config.diskFreeBytesMin,
      uploadDays: config.uploadDays,
      resultDays: config.resultDays,
    },
  });
}

/** Provider accounts, the ways to them, and what is on offer through them. */
function joinUpstreams(parts: {
  config: Config;
  pool: Pool;
  log: Log;
  secret: string;
  changes: TaskChanges;
  pictures: PictureRoom;
  files: Files;
}): Pick<Core, 'catalog' | 'credentials' | 'hooks' | 'market' | 'sockets'> {
  const { config, pool, log, secret, changes } = parts;
  const clock = systemClock;
  const { newStagingPath: newPath, checkRoom } = parts.files;
  const sockets = { ...createProviderSockets(clock), staging: { newPath, checkRoom } };
  const credentials = new Credentials({
    pool,
    clock,
    steady: steadyClock,
    log,
    providers,
    sockets,
    secretKey: deriveKey(secret, CREDENTIALS_KEY_PURPOSE),
    pictures: parts.pictures,
    keepBytes: parts.files.stageBytes,
  });
  const models = config.modelsFile === undefined ? [] : readOperatorModels(config.modelsFile, providers);
  const catalog = new Catalog({ pool, clock: steadyClock, models });
  const secretKey = deriveKey(secret, 'provider callbacks');
  return {
    catalog,
    credentials,
    sockets,
    market: new LiveMarket({ catalog, credentials, files: parts.files, providers }),
    hooks: new Hooks({ pool, credentials, changes, clock, log, secretKey }),
  };
}

/** Callbacks, and the addresses of this server to try them with. */
function joinCallbacks(parts: {
  config: Config;
  pool: Pool;
  log: Log;
  secret: string;
  publicUrl: () => string;
  ways: Pick<CallbacksOptions, 'fetchPublic' | 'fetchLoopback'>;
  renderBody: CallbacksOptions['renderBody'];
  onDelivery: CallbacksOptions['onDelivery'];
}): Pick<Core, 'callbacks' | 'inboxes'> {
  const { config, secret, ways, publicUrl, ...others } = parts;
  const signingKey = deriveKey(secret, 'callback secrets');
  const inboxes = new Inboxes({
    pool: parts.pool,
    secretKey: deriveKey(secret, 'inboxes'),
    signingKey,
    publicUrl,
  });
  const callbacks = new Callbacks({
    ...others,
    ...ways,
    inboxes,
    secretKey: signingKey,
    loopbackAllowedFor: loopbackModes(config),
    callbacksPer10s: config.callbacksPer10s,
    clock: systemClock,
    steady: steadyClock,
    failpoint: config.failpoint,
  });
  return { callbacks, inboxes };
}

/** Who may call: keys of accounts, and people. */
function joinCallers(parts: {
  config: Config;
  pool: Pool;
  log: Log;
  secret: string;
  publicUrl: () => string;
}): Pick<Core, 'accounts' | 'callerChanges' | 'members' | 'people'> {
  const { config, pool, log, secret, publicUrl } = parts;
  const clock = steadyClock;
  const factors = new SecondFactors({ pool, secretKey: deriveKey(secret, 'second factors') });
  const shared = { pool, log, factors, publicUrl, secret: deriveKey(secret, 'sessions') };
  const { operatorsNeedSecondFactor } = config;
  const people = new People({ ...shared, clock, now: systemClock, operatorsNeedSecondFactor });
  const accounts = new Accounts({
    pool,
    secret: deriveKey(secret, 'api keys'),
    clock,
    wallClock: systemClock,
    createsPer10s: config.createsPer10s,
  });
  return {
    accounts,
    people,
    callerChanges: new CallerChanges({ accounts, people }),
    members: new Members({ pool, people, factors, publicUrl }),
  };
}

/** Balances, and who learns that one is low. */
function joinMoney(parts: {
  config: Config;
  pool: Pool;
  log: Log;
  secret: string;
  callbacks: Callbacks;
  people: People;
  reports: Reports;
  publicUrl: () => string;
}): Pick<Core, 'credits' | 'mail' | 'notices'> {
  const { config, pool, log, secret, callbacks, people, publicUrl } = parts;
  const mail = new Mail({
    pool,
    smtpUrl: config.smtpUrl,
    from: config.mailFrom,
    secretKey: deriveKey(secret, 'mail'),
    publicUrl,
    clock: systemClock,
    log,
  });
  const notices = new Notices({
    pool,
    callbacks,
    mail,
    findOwnerAddresses: (client, accountId) => people.findOwnerAddresses(client, accountId),
    copyTo: config.noticesCopy,
    publicUrl,
  });
  const credits = createCredits(pool, parts.reports, (...balance) => notices.look(...balance));
  return { mail, notices, credits };
}

/** How anybody makes an account, where that is open, and how people sign in elsewhere. */
function joinWaysIn(
  parts: Omit<SignUpOptions, 'isOpen' | 'welcomeCredits'> & { config: Config; secret: string },
): Pick<Core, 'oauth' | 'signIns' | 'signUp'> {
  const { config, pool, log, people, publicUrl, secret } = parts;
  const signUp = new SignUp({
    ...parts,
    isOpen: config.signUp === 'verified',
    welcomeCredits: BigInt(config.welcomeCredits) * MICROS_PER_CREDIT,
  });
  const joining = new Joining({ pool, signUp });
  const sessions = { pool, log, people, publicUrl, secret: deriveKey(secret, 'sessions') };
  return {
    signUp,
    signIns: new SignIns({ pool, people }),
    oauth: new Oauth({ ...sessions, joining, providers: oauthProvidersOf(config) }),
  };
}

async function openPool(
  config: Config,
  databaseUrl: string,
  log: Log,
): Promise<{ pool: Pool; secret: string }> {
  const pool = createPool(databaseUrl, {
    max: config.databaseConnectionsMax,
    applicationName: 'reelay',
    log,
  });
  const secret = await loadSecretOf(pool, config).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  return { pool, secret };
}

/** Joins the parts. The database must be migrated. */
export async function createCore(config: Config, databaseUrl: string, log: Log): Promise<Core> {
  const clock = systemClock;
  const { pool, secret } = await openPool(config, databaseUrl, log);
  const publicUrl = { value: config.publicUrl ?? `http://${hostInUrl(config.host)}:${config.port}` };
  const reports = new Reports({ url: databaseUrl, log });
  const base = { config, pool, log, secret, publicUrl: () => publicUrl.value };
  const observe: Core['observe'] = { callback: () => undefined, unread: () => undefined };
  const storage = await createStorage(config);
  const files = await joinFiles({ ...base, storage });
  const fetchPublic = createGuardedFetch({ allowLoopback: false });
  const fetchLoopback = createGuardedFetch({ allowLoopback: true });
  const changes = new TaskChanges(pool);
  const { callbacks, inboxes } = joinCallbacks({
    ...base,
    ways: { fetchPublic, fetchLoopback },
    async renderBody(taskId) {
      const row = await tasks.readForCallback(taskId);
      return row && renderForReceiver(row, tasks.linkTo);
    },
    onDelivery: (delivery) => observe.callback(delivery),
  });
  const settler = new Settler({ pool, callbacks, changes, failpoint: config.failpoint });
  const tasks = new Tasks({
    pool,
    reports,
    files,
    settler,
    changes,
    clock,
    resultDays: config.resultDays,
    failpoint: config.failpoint,
  });
  const callers = joinCallers(base);
  const money = joinMoney({ ...base, ...callers, callbacks, reports });
  const pictures = new PictureRoom((...image) => readImage({ files, guardedFetch: fetchPublic }, ...image));
  const upstreams = joinUpstreams({ config, pool, log, secret, changes, pictures, files });
  return {
    config,
    log,
    clock,
    pool,
    databaseUrl,
    ...upstreams,
    ...callers,
    ...money,
    ...joinWaysIn({ ...base, ...callers, ...money }),
    files,
    storage,
    callbacks,
    inboxes,
    admission: new Admission({ pool, changes, clock, failpoint: config.failpoint }),
    tasks,
    browser: new TaskBrowser({ pool, reports, tasks }),
    examples: new Examples({ pool, files, clock }),
    watch: new AccountWatch({
      pool,
      tasks,
      credits: money.credits,
      changes,
      clock: steadyClock,
      wallClock: clock,
    }),
    usage: new Usage({ reports, clock }),
    settler,
    changes,
    fetchImages: fetchPublic,
    observe,
    publicUrl,
    async close() {
      await changes.close();
      await money.mail.close();
      await Promise.all([fetchPublic.close(), fetchLoopback.close(), upstreams.sockets.close()]);
      storage.close?.();
      await Promise.all([pool.end(), reports.close()]);
    },
  };
}
