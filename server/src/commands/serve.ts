// serve, api and work: the long-running commands, from the settings to the signal that ends them.
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { findDraftFault, type Roles, startApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { type Core, createCore, migrateDatabase } from '../core.ts';
import { FIRST_ACCOUNT, openAccountWithTestCredits } from '../doors/opening.ts';
import { AppError } from '../errors.ts';
import { isForThisMachine, isSafeForPeople } from '../exposure.ts';
import { createLog } from '../lib/log.ts';
import { awaitStopRequest } from '../lib/stop-request.ts';
import { openDatabase } from './environment.ts';
import { formatGreeting } from './greeting.ts';

const TEST_KEY_FILE = 'test-key';
const SETUP_LINK_FILE = 'setup-link';
const STOP_TIMEOUT_MS = 60_000;
const HTTPS_ADVICE =
  'Passwords and sessions can be read on the way: put a proxy with https before it, and set PUBLIC_URL';

/** Runs until it is asked to stop; a request that comes while it starts is obeyed once it has started. */
export async function serve(roles: Roles, options: { greet: boolean; json: boolean }): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const stopAsked = awaitStopRequest({ withParent: config.isStartedByNpm });
  const draftFault = roles.work ? findDraftFault(config.ffmpegPath) : Promise.resolve(undefined);
  const database = await openDatabase(config, log);
  try {
    await migrateDatabase(database.url, log);
    const core = await createCore(config, database.url, log);
    try {
      const app = await startApp(core, roles, draftFault);
      const setupLink = roles.api ? await offerSetup(core) : undefined;
      if (options.json) await announce(core, app.address, setupLink);
      else if (options.greet) await greet(core, database.embedded !== undefined, setupLink);
      else log.info({ address: app.address, ...roles, isUnclaimed: setupLink !== undefined }, 'server.ready');
      if (roles.api && !isSafeForPeople(config)) log.warn({ advice: HTTPS_ADVICE }, 'https.missing');
      // Written at an orderly end otherwise, and a server that is killed would compile all of its code at the next start.
      flushCompileCache();
      await stopAsked;
      setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
      await app.stop();
    } finally {
      await core.close();
    }
  } finally {
    await database.embedded?.stop();
  }
  // Nothing is left to do: no forgotten timer of a library may keep the process.
  process.exit();
}

/** The test key of the default account: made at the first start and kept beside the data, for this user alone. */
async function findTestKey(core: Core): Promise<string> {
  const file = join(core.config.dataDir, TEST_KEY_FILE);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined && (await isKnown(core, kept.trim()))) return kept.trim();
  await openAccountWithTestCredits(core, FIRST_ACCOUNT);
  const { key } = await core.accounts.createKey({
    account: FIRST_ACCOUNT,
    mode: 'test',
    name: 'printed at start',
  });
  await keepPrivate(file, key);
  return key;
}

async function keepPrivate(file: string, text: string): Promise<void> {
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}

/** The link that makes its user the owner, kept beside the data for this user alone; none once somebody owns the instance. */
async function offerSetup(core: Core): Promise<string | undefined> {
  const file = join(core.config.dataDir, SETUP_LINK_FILE);
  if (!(await core.people.isUnclaimed())) {
    await rm(file, { force: true });
    return undefined;
  }
  const link = await core.people.makeSetupLink();
  await keepPrivate(file, link);
  return link;
}

async function isKnown(core: Core, key: string): Promise<boolean> {
  try {
    return (await core.accounts.authenticate(key, '127.0.0.1')).mode === 'test';
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** The same facts for a script, in one line. */
async function announce(
  core: Core,
  address: string | undefined,
  setupLink: string | undefined,
): Promise<void> {
  const isPrivate = isForThisMachine(core.config);
  const testKey = address === undefined || !isPrivate ? undefined : await findTestKey(core);
  const shownLink = isPrivate ? setupLink : undefined;
  process.stdout.write(
    `${JSON.stringify({ address, testKey, setupLink: shownLink, dataDir: core.config.dataDir })}\n`,
  );
}

/** Everything that a newcomer needs, once the server answers. */
async function greet(core: Core, isEmbedded: boolean, setupLink: string | undefined): Promise<void> {
  // A log of a published server is read by others than its owner.
  const isPrivate = isForThisMachine(core.config);
  const link = isPrivate ? setupLink : `in ${join(core.config.dataDir, SETUP_LINK_FILE)}`;
  process.stdout.write(
    formatGreeting({
      address: core.publicUrl.value,
      dataDir: core.config.dataDir,
      isEmbedded,
      testKey: isPrivate ? await findTestKey(core) : undefined,
      setUp: setupLink === undefined ? undefined : link,
    }),
  );
}
