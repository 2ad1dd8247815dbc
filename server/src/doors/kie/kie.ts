// The kie door: the unified API of kie.ai (docs.kie.ai/market), for clients that were made for it.
import type { FastifyInstance } from 'fastify';
import type { Credits } from '../../credits/credits.ts';
import { refuseFaults } from '../../errors.ts';
import { bodyOf } from '../../http/body.ts';
import { callerOf } from '../../http/gate.ts';
import { readIdempotencyKey } from '../../http/preferences.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { toCredits } from '../../lib/money.ts';
import { MINUTE_MS } from '../../lib/time.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { readEnvelope, readMaxCredits } from '../create-body.ts';
import { CREATE_ERRORS, type CreatingParts, checkCreate, findReplayed, writeTask } from '../creating.ts';
import type { Door, TaskDoor } from '../door.ts';
import { kieErrors, sendData } from './answer.ts';
import { kieForm, readKieBody } from './create-body.ts';
import { DOOR, presentRecord, renderCallback, signCallback } from './record.ts';
import { createTaskSchema, creditSchema, downloadUrlSchema, recordInfoSchema } from './schemas.ts';
import { UPLOAD_DOORS, type UploadParts } from './uploads.ts';

export interface KieParts extends CreatingParts, UploadParts {
  tasks: Tasks;
  credits: Credits;
}

const DOWNLOAD_MINUTES = 20;
const read = { access: 'account', rate: 'read' } as const;

export const kieDoor: TaskDoor<KieParts> = {
  name: DOOR,
  prefix: '/api/v1/jobs',
  document: DOOR,
  tags: { 'kie.ai': 'Tasks in the dialect of kie.ai; see docs/doors.md.' },
  webhooks: {},
  examples: {
    kieCreateTask: {
      body: { model: 'reelay/draft-t2v', input: { prompt: 'A lake at dawn', duration: '5' } },
    },
  },
  errors: kieErrors,
  renderTask: renderCallback,
  signTask: signCallback,
  register(scope, parts) {
    registerCreate(scope, parts);
    scope.get(
      '/recordInfo',
      { schema: recordInfoSchema, config: { ...read, errors: ['task_not_found', 'validation_failed'] } },
      async (request, reply) => {
        const { taskId } = readQuery(request, recordInfoSchema.querystring);
        return sendData(
          reply,
          presentRecord(await parts.tasks.read(callerOf(request), taskId), parts.tasks.linkTo),
        );
      },
    );
  },
};

function registerCreate(scope: FastifyInstance, parts: KieParts): void {
  scope.post(
    '/createTask',
    { schema: createTaskSchema, config: { access: 'account', rate: 'create', errors: CREATE_ERRORS } },
    async (request, reply) => {
      const caller = callerOf(request);
      const key = readIdempotencyKey(request);
      const { value: given, raw } = bodyOf(request);
      // A key is one of the account at all doors: the address keeps apart what is asked at each.
      const idempotency = key === undefined ? undefined : { key, rawBody: `${request.routePath}\n${raw}` };
      const { value, sent } = readKieBody(parts.catalog, given);
      try {
        const asked = { value, form: kieForm, strict: caller.strict, maxCredits: readMaxCredits(value) };
        const checked = await checkCreate(parts, caller, asked);
        const facts = { door: DOOR, ...readEnvelope(value), idempotency, sent };
        const { taskId } = await writeTask(parts, caller, { checked, facts });
        return sendData(reply, { taskId });
      } catch (error) {
        const { taskId } = await findReplayed(parts, caller, { error, idempotency });
        return sendData(reply, { taskId });
      }
    },
  );
}

/** What the calls of kie.ai share that are not about its jobs. */
const besideJobs = { document: DOOR, tags: {}, webhooks: {}, errors: kieErrors };

const creditDoor: Door<Pick<KieParts, 'credits'>> = {
  ...besideJobs,
  prefix: '/api/v1/chat',
  register(scope, { credits }) {
    scope.get(
      '/credit',
      { schema: creditSchema, config: { ...read, errors: [] } },
      async (request, reply) => {
        const { accountId, mode } = callerOf(request);
        const { posted, held } = await credits.balance(accountId, mode);
        return sendData(reply, toCredits(posted - held));
      },
    );
  },
};

const filesDoor: Door<Pick<KieParts, 'files' | 'clock'>> = {
  ...besideJobs,
  prefix: '/api/v1/common',
  register(scope, { files, clock }) {
    scope.post(
      '/download-url',
      {
        schema: downloadUrlSchema,
        config: { ...read, needs: 'reader', errors: ['validation_failed', 'body_unreadable'] },
      },
      async (request, reply) => {
        const link = files.readOwnLink(readBody(request, downloadUrlSchema.body).url);
        if (link === undefined) throw refuseFaults(['url: must be a link to a file of this server']);
        const untilMs = Math.min(link.expiresAtMs, clock() + DOWNLOAD_MINUTES * MINUTE_MS);
        return sendData(reply, files.linkTo(link.key, untilMs));
      },
    );
  },
};

/** All of it: a door has one prefix, and kie.ai has several. */
export const KIE_DOORS: readonly Door<KieParts>[] = [kieDoor, creditDoor, filesDoor, ...UPLOAD_DOORS];
