// Second half of the composition root: runs the API, the worker, or both on a core, and stops them without cutting
// anybody off.
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createRenderer, rendererAvailability } from '../../draft/renderer.ts';
import { makeSmallPictures } from '../../draft/small-pictures.ts';
import { CALLER_CHANNEL } from './accounts/caller-notice.ts';
import { TEMPLATE_MEDIA_FOLDER } from './catalog/templates.ts';
import { chores } from './chores.ts';
import type { Core } from './core.ts';
import { createJobs, type Jobs, unlockDeadWorkers } from './db/jobs.ts';
import { createListener, type Listener } from './db/listen.ts';
import { readServerVersion } from './db/pool.ts';
import { examine } from './doctor.ts';
import { accountDoor } from './doors/account/account.ts';
import type { SessionParts } from './doors/account/sessions.routes.ts';
import { type CrunParts, crunDoor } from './doors/crun/crun.ts';
import { type Door, openDoor } from './doors/door.ts';
import { KIE_DOORS, type KieParts } from './doors/kie/kie.ts';
import { type McpParts, mcpDoor } from './doors/mcp/mcp.ts';
import { type OpenaiParts, openaiDoor } from './doors/openai/openai.ts';
import { FIRST_ACCOUNT } from './doors/opening.ts';
import { operatorDoor } from './doors/operator/operator.ts';
import { AppError, OperatorError } from './errors.ts';
import { isSafeForPeople } from './exposure.ts';
import { Assets } from './files/assets.ts';
import { fetchInput } from './files/fetch-image.ts';
import { registerFileRoutes } from './files/files.routes.ts';
import { DEFAULT_FILE_SETTINGS } from './files/files.ts';
import { Thumbnails } from './files/thumbnails.ts';
import { createVideoPictures } from './files/video-pictures.ts';
import { findCaller } from './http/callers.ts';
import { type BoundOptions, fitConnections, readDescriptorLimit } from './http/connections.ts';
import { registerDashboard } from './http/dashboard.ts';
import { registerHookRoutes } from './http/hooks.routes.ts';
import { registerInboxRoutes } from './http/inbox.routes.ts';
import type { LingerLimits } from './http/linger.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { describeApi } from './http/openapi.ts';
import { createShell, prepareDrain } from './http/shell.ts';
import { registerSystemRoutes } from './http/system.routes.ts';
import { canReach, hostInUrl } from './lib/addresses.ts';
import { type JsonObject, parseOwnJson } from './lib/json.ts';
import { MINUTE_MS, steadyClock } from './lib/time.ts';
import { VERSION } from './lib/version.ts';
import { DraftProvider } from './providers/draft/draft.ts';
import { scenarioOf } from './providers/draft/scenarios.ts';
import { CHANNELS } from './tasks/changes.ts';
import { ownWorkFolder, removeWorkFolders } from './work/folders.ts';
import { PosterMaker } from './work/posters.ts';
import type { RemoteOptions } from './work/remote.ts';
import { Worker } from './work/worker.ts';

export interface Roles {
  api: boolean;
  work: boolean;
}

export interface RunningApp {
  /** Where the API answers; undefined without one. */
  address?: string;
  /** Lets what is under way end, then stops; the core stays open. */
  stop(): Promise<void>;
}

/** The dialects for clients; what they need of the domain is much the same. */
type ClientParts = CrunParts & OpenaiParts & KieParts & McpParts;
const CLIENT_DOORS: readonly Door<ClientParts>[] = [crunDoor, openaiDoor, ...KIE_DOORS, mcpDoor];

const FILE_ERRORS = [
  'link_invalid',
  'validation_failed',
  'uploads_full',
  'storage_full',
  'rate_limited',
] as const;
const RENDER_NICENESS = 10;
/** A short render that runs beside a long one gets most of the processor, and is soon out of its way. */
const SHORT_RENDER_NICENESS = 5;

/** Why no draft can be rendered here, if so. It takes a moment: begin it early. */
export async function findDraftFault(ffmpegPath: string | undefined): Promise<string | undefined> {
  const availability = await rendererAvailability({ ffmpegPath });
  return availability.available ? undefined : `Drafts cannot be rendered here: ${availability.reason}`;
}

/**
 * Starts the roles; resolves when requests are answered.
 * @param draftFault why a worker in this process cannot render drafts, if so.
 * @throws OperatorError for a taken port.
 */
export async function startApp(
  core: Core,
  roles: Roles,
  draftFault: Promise<string | undefined>,
): Promise<RunningApp> {
  await core.catalog.seed();
  let worker: Worker | undefined;
  const metrics = createMetrics({ ...core, running: () => worker?.runningCount ?? 0 });
  core.observe.callback = metrics.countCallback;
  core.observe.unread = metrics.countUnread;
  const unavailable = await draftFault;
  const listener = listen(core);
  let api: Awaited<ReturnType<typeof startApi>> | undefined;
  let jobs: Jobs | undefined;
  const posters = new PosterMaker({ ...core, makePictures: makeSmallPictures });
  const stop = async () => {
    await Promise.all([api?.drain(), worker?.stop().then(() => jobs?.stop()), posters.stop()]);
    await listener.close();
  };
  try {
    if (roles.api) api = await startApi(core, metrics, unavailable);
    if (roles.work) {
      await core.credentials.importEnvironment(core.config.providerEnvironment);
      await removeWorkFolders(core.config.dataDir);
      worker = createWorker(core, unavailable);
      await worker.start();
      jobs = createJobs({ url: core.databaseUrl, nodeId: worker.nodeId, log: core.log, ...chores(core) });
      await jobs.start();
      if (core.config.posters) posters.start();
    }
  } catch (error) {
    // A part that cannot start must not leave the others behind: they would keep the process alive.
    await stop();
    throw error;
  }
  return { address: api && core.publicUrl.value, stop };
}

function listen(core: Core): Listener {
  const onGap = () => {
    core.changes.wakeAll();
    core.callerChanges.receiveGap();
  };
  return createListener(
    core.databaseUrl,
    {
      [CHANNELS.changed]: (payload) => core.changes.receive(payload),
      [CHANNELS.created]: () => core.changes.receiveCreated(),
      [CHANNELS.hinted]: () => core.changes.receiveHinted(),
      [CALLER_CHANNEL]: (payload) => core.callerChanges.receive(payload),
    },
    { log: core.log, onGap, applicationName: 'reelay listen' },
  );
}

/** They end with the server. */
function joinPictures(app: FastifyInstance, core: Core) {
  const makePictures = makeSmallPictures;
  const thumbnails = new Thumbnails({ ...core, guardedFetch: core.fetchImages, makePictures });
  const pictures = createVideoPictures(core.files, makePictures);
  app.addHook('onClose', async () => {
    thumbnails.stop();
    pictures.stop();
  });
  return { thumbnails, pictures };
}

/** Adds every route; also used to write the OpenAPI document. `linger` is for tests, which have less patience. */
export async function createApi(
  core: Core,
  metrics: Metrics,
  draftUnavailable: string | undefined,
  linger?: LingerLimits,
): Promise<FastifyInstance> {
  const { accounts, config, log, people, pool } = core;
  const app = createShell({
    accounts,
    people,
    log,
    errors: crunDoor.errors,
    clock: steadyClock,
    trustProxy: config.trustProxy,
    keepAliveSeconds: config.keepAliveSeconds,
    corsOrigins: config.corsOrigins,
    connections: boundsOf(core, metrics),
    readsPer10s: config.readsPer10s,
    operatorToken: config.operatorToken,
    onAnswer: metrics.countAnswer,
    linger,
  });
  await describeApi(app, VERSION, [...CLIENT_DOORS, accountDoor, operatorDoor]);
  const { thumbnails, pictures } = joinPictures(app, core);
  const parts = {
    ...core,
    assets: new Assets(core.pool, core.files),
    draftUnavailable,
    pictures,
    taskMinutesMax: config.taskMinutesMax,
    resultDays: config.resultDays,
    recheck: async (request: FastifyRequest) => findCaller(core, request),
    mediaUrl: () => `${core.publicUrl.value}/templates/media`,
    coversUrl: () => `${core.publicUrl.value}/templates/covers`,
    previewsUrl: () => `${core.publicUrl.value}/templates/previews`,
  };
  for (const door of CLIENT_DOORS) await openDoor(app, door, { parts, log });
  await openDoor(app, accountDoor, { parts: { ...core, ...peopleFacts(core), thumbnails }, log });
  await openDoor(app, operatorDoor, { parts: { ...core, examine: () => examine(core) }, log });
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true };
      route.config = { access: 'link', rate: 'none', errors: FILE_ERRORS };
    });
    await registerFileRoutes(scope, { ...core, thumbnails });
  });
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true };
      route.config = { access: 'link', rate: 'none', errors: ['link_invalid', 'unauthorized'] };
    });
    registerHookRoutes(scope, { hooks: core.hooks, pathPrefix: () => pathOf(core.publicUrl.value) });
  });
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true };
      route.config = { access: 'link', rate: 'address', errors: ['link_invalid', 'body_unreadable'] };
    });
    registerInboxRoutes(scope, core.inboxes);
  });
  await registerDashboard(app, { publicUrl: () => core.publicUrl.value });
  await registerSystemRoutes(app, {
    metrics,
    templateMedia: TEMPLATE_MEDIA_FOLDER,
    catalog: core.catalog,
    storage: core.storage,
    async checkReady() {
      await readServerVersion(pool).catch((cause) => {
        throw new AppError('database_unavailable', { cause });
      });
    },
  });
  return app;
}

/** What the account door needs beside the parts of the domain. */
function peopleFacts(core: Core): Pick<SessionParts, 'describeServer' | 'firstAccount'> {
  return {
    firstAccount: FIRST_ACCOUNT,
    describeServer: () => ({
      version: VERSION,
      public_url: core.publicUrl.value,
      sign_up: core.signUp.isOpen,
      oauth: core.oauth.names,
      mail: core.mail.isOn,
      is_secure: isSafeForPeople(core.config),
    }),
  };
}

/** How many connections the API takes: as set, as far as the system allows. */
function boundsOf({ config, log }: Core, metrics: Metrics): BoundOptions {
  const descriptors = readDescriptorLimit();
  const wanted = { max: config.connectionsMax, keylessMax: config.keylessConnectionsMax };
  const limits = fitConnections(wanted, descriptors);
  if (limits.max < wanted.max) log.info({ ...limits, descriptors }, 'connections.lowered');
  return { ...limits, trustsProxy: config.trustProxy.length > 0, onRefused: metrics.countRefusal };
}

/** The path of the public address, without a slash at its end. */
function pathOf(address: string): string {
  return new URL(address).pathname.replace(/\/$/, '');
}

async function startApi(core: Core, metrics: Metrics, draftUnavailable: string | undefined) {
  const { host, port, publicUrl } = core.config;
  const app = await createApi(core, metrics, draftUnavailable);
  const drain = prepareDrain(app);
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new OperatorError(`Port ${port} on ${host} is taken by another program; set PORT to a free one`, {
        cause: error,
      });
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new OperatorError(`Cannot listen on ${host}:${port} (${code}); check HOST and PORT`, {
        cause: error,
      });
    }
    throw error;
  }
  const bound = app.server.address() as AddressInfo;
  core.publicUrl.value = publicUrl ?? `http://${hostInUrl(host)}:${bound.port}`;
  return {
    async drain() {
      await drain(() => core.tasks.stopWaiting());
      await app.close();
    },
  };
}

/** What following tasks at providers needs of the domain. */
export function createRemote(core: Core): RemoteOptions {
  const {
    callbacks,
    catalog,
    changes,
    clock,
    config,
    credentials,
    files,
    log,
    market,
    pool,
    settler,
    sockets,
  } = core;
  return {
    pool,
    files,
    settler,
    callbacks,
    changes,
    log,
    clock,
    market,
    credentials,
    sockets,
    fillInput: (model, input) => catalog.fillInput(model, input),
    modalityOf: (model) => catalog.modalityOf(model),
    filesAsked: (model, input) => catalog.filesAsked(model, input),
    addressFieldsOf: (model) => catalog.addressFieldsOf(model),
    findTemplate: async (model, input) => (await catalog.findTemplate(model, input))?.item,
    async retireTemplate(model, input) {
      const found = await catalog.findTemplate(model, input);
      if (!found) return;
      await catalog.retireTemplate(found.catalogue, found.id, 'its provider no longer has it');
      log.warn({ catalogue: found.catalogue, templateId: found.id }, 'template.retired');
    },
    callbackUrlFor: ({ providerUrl, ...attempt }) => {
      const own = core.publicUrl.value;
      return canReach(providerUrl, own) ? `${own}${core.hooks.pathFor(attempt)}` : undefined;
    },
    resultBytesMax: DEFAULT_FILE_SETTINGS.resultBytesMax,
    unknownMinutesMax: config.unknownMinutesMax,
    resultMinutesMax: config.resultMinutesMax,
    unreadableMinutesMax: config.unreadableMinutesMax,
    onUnread: (unread) => core.observe.unread(unread),
    failpoint: config.failpoint,
  };
}

function createWorker(core: Core, unavailable: string | undefined): Worker {
  const { catalog, changes, clock, config, files, log, pool, settler } = core;
  const draft = new DraftProvider({
    renderer: createRenderer({
      workers: config.renderThreads,
      timeoutMs: config.renderMinutesMax * MINUTE_MS,
      niceness: RENDER_NICENESS,
      ffmpegPath: config.ffmpegPath,
    }),
    fetchInput: (request) => fetchInput({ files, guardedFetch: core.fetchImages }, request),
    findEffect: (model, input) => catalog.findTemplateRules(model, input),
    models: catalog,
    workFolder: ownWorkFolder(config.dataDir),
    jobsMax: config.renderJobs,
    shortJobsMax: config.renderShortJobs,
    shortNiceness: SHORT_RENDER_NICENESS,
    hasRoom: () => !files.isRoomLow(),
    mark: config.draftMark,
    unavailable,
    onFault: (error) => log.error({ err: error }, 'render.prepare_failed'),
  });
  return new Worker({
    pool,
    files,
    settler,
    changes,
    log,
    clock,
    failpoint: config.failpoint,
    fillInput: (model, input) => catalog.fillInput(model, input),
    modalityOf: (model) => catalog.modalityOf(model),
    callbackCopies: (task) => {
      const scenario = task.book === 'test' ? scenarioOf(parseOwnJson<JsonObject>(task.input)) : undefined;
      return scenario === 'duplicate_callback' ? 2 : 1;
    },
    local: draft,
    remote: createRemote(core),
    hooks: core.hooks,
    async onDeadNodes(nodeIds) {
      await unlockDeadWorkers(pool, nodeIds);
    },
  });
}
