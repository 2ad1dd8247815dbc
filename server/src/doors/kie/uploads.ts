// The upload calls of kie.ai, which it has on another host (docs.kie.ai/file-upload-api). A file that is kept is an upload of
// the account like every other; its name and folder are given back and mean nothing, so one never overwrites another.
import { readFile, rm } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type TObject, Type } from 'typebox';
import { refuseFaults } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { findUploadType, keepUpload } from '../../files/keep-upload.ts';
import { type ErrorDialect, JSON_TYPE } from '../../http/answer.ts';
import { bodyOf } from '../../http/body.ts';
import { acceptForms, FORM_BODY, FORM_BYTES_MAX } from '../../http/forms.ts';
import { callerOf } from '../../http/gate.ts';
import { Watchers } from '../../http/watchers.ts';
import type { GuardedFetch } from '../../lib/guarded-fetch.ts';
import { FetchFailed, FetchRefused } from '../../lib/guarded-fetch-errors.ts';
import { isObject } from '../../lib/json.ts';
import { type Clock, SECOND_MS } from '../../lib/time.ts';
import type { Door } from '../door.ts';
import { record } from '../plain-schemas.ts';
import { kieErrors } from './answer.ts';
import { DOOR } from './record.ts';
import { TAGS } from './schemas.ts';

export interface UploadParts {
  files: Files;
  clock: Clock;
  /** To public addresses alone. */
  fetchImages: GuardedFetch;
}

const FETCH_MS = 30 * SECOND_MS;
const REDIRECTS_MAX = 3;
const NAME_CHARACTERS_MAX = 255;
/** Files that are fetched at a time: each is in memory for a moment. */
const FETCHES = { max: 2, accountMax: 1 };

type OwnParts = UploadParts & { fetches: Watchers };
type Read = (parts: OwnParts, request: FastifyRequest) => Promise<Buffer>;

const uploadErrors: ErrorDialect = {
  ...kieErrors,
  render: (error, requestId) => `{"success":false,${kieErrors.render(error, requestId).slice(1)}`,
  describe(status, names) {
    const described = kieErrors.describe(status, names) as { required: string[]; properties: object };
    const properties = { success: { type: 'boolean', const: false }, ...described.properties };
    return { ...described, required: ['success', ...described.required], properties };
  },
};

const fileFields = {
  uploadPath: Type.Optional(Type.String({ description: 'A folder. It is given back and means nothing.' })),
  fileName: Type.Optional(
    Type.String({
      maxLength: NAME_CHARACTERS_MAX,
      description: 'Given back; an equal name overwrites nothing.',
    }),
  ),
};

const uploaded = Type.Object(
  {
    success: Type.Literal(true),
    code: Type.Literal(200),
    msg: Type.Literal('success'),
    message: Type.Literal('success'),
    data: record('KieUpload', {
      fileName: Type.String(),
      filePath: Type.String(),
      downloadUrl: Type.String({ format: 'uri' }),
      fileUrl: Type.String({ format: 'uri' }),
      fileSize: Type.Integer(),
      mimeType: Type.String(),
      uploadedAt: Type.String({ format: 'date-time' }),
    }),
  },
  { additionalProperties: false },
);

/** A text of the body; undefined where it is not there. @throws AppError `validation_failed`. */
function textOf(request: FastifyRequest, field: string): string | undefined {
  const { value } = bodyOf(request);
  if (!isObject(value)) throw refuseFaults(['body: must be a JSON object']);
  const given = value[field];
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'string') throw refuseFaults([`${field}: must be of type string`]);
  return given;
}

function needText(request: FastifyRequest, field: string): string {
  const text = textOf(request, field);
  if (text === undefined || text === '') throw refuseFaults([`${field}: is required`]);
  return text;
}

const readBase64: Read = async (_parts, request) => {
  const text = needText(request, 'base64Data').replace(/^data:[\w.+/-]{0,100};base64,/, '');
  if (!/^[\w+/-]+={0,2}\s*$/.test(text))
    throw refuseFaults(['base64Data: must be base64, or a data URL with it']);
  return Buffer.from(text, 'base64');
};

const readStream: Read = async (_parts, request) => {
  const file = bodyOf(request).files?.get('file');
  if (file === undefined) throw refuseFaults(['file: is required and must be a file']);
  return file.bytes;
};

const readAddress: Read = async ({ files, fetchImages, fetches }, request) => {
  const url = needText(request, 'fileUrl');
  const leave = fetches.take(callerOf(request).accountId);
  if (leave === undefined)
    throw refuseFaults(['fileUrl: another file is being fetched; try again in a moment']);
  const path = files.newStagingPath();
  try {
    const { status } = await fetchImages(url, {
      timeoutMs: FETCH_MS,
      maxBytes: FORM_BYTES_MAX,
      maxRedirects: REDIRECTS_MAX,
      saveTo: path,
    });
    if (status !== 200) throw refuseFaults([`fileUrl: its server answered ${status}`]);
    return await readFile(path);
  } catch (error) {
    if (error instanceof FetchRefused || error instanceof FetchFailed)
      throw refuseFaults([`fileUrl: ${error.message}`]);
    throw error;
  } finally {
    leave();
    await rm(path, { force: true });
  }
};

async function answer(
  parts: OwnParts,
  { request, reply, read }: { request: FastifyRequest; reply: FastifyReply; read: Read },
): Promise<FastifyReply> {
  const bytes = await read(parts, request);
  if (findUploadType(bytes) === undefined)
    throw refuseFaults(['file: its bytes are not those of a picture, video or sound that is taken']);
  const { accountId } = callerOf(request);
  const kept = await keepUpload(parts.files, { accountId, bytes });
  const { pathname } = new URL(kept.fileUrl);
  const fileName = textOf(request, 'fileName') || pathname.slice(pathname.lastIndexOf('/') + 1);
  const folder = (textOf(request, 'uploadPath') ?? '').replace(/^\/+|\/+$/g, '');
  const data = {
    fileName,
    filePath: folder === '' ? fileName : `${folder}/${fileName}`,
    downloadUrl: kept.fileUrl,
    fileUrl: kept.fileUrl,
    fileSize: bytes.length,
    mimeType: kept.contentType,
    uploadedAt: new Date(parts.clock()).toISOString(),
  };
  const whole = { success: true, code: 200, msg: 'success', message: 'success', data };
  return reply.header('content-type', JSON_TYPE).send(JSON.stringify(whole));
}

interface Upload {
  name: string;
  summary: string;
  fields: Record<string, ReturnType<typeof Type.String>>;
  read: Read;
}

const UPLOADS: readonly Upload[] = [
  {
    name: 'base64',
    summary: 'Upload a file as base64',
    fields: { base64Data: Type.String({ description: 'Base64, or a data URL with it.' }) },
    read: readBase64,
  },
  { name: 'stream', summary: 'Upload a file as a form, in the field `file`', fields: {}, read: readStream },
  {
    name: 'url',
    summary: 'Upload the file of an address',
    fields: { fileUrl: Type.String({ description: 'A public http or https address.' }) },
    read: readAddress,
  },
];

function toDoor({ name, summary, fields, read }: Upload): Door<UploadParts> {
  const title = `KieUpload${name[0].toUpperCase()}${name.slice(1)}`;
  const body: TObject = Type.Object({ ...fields, ...fileFields }, { title });
  const schema = {
    tags: TAGS,
    operationId: `kie${title.slice(3)}`,
    summary,
    body,
    response: { 200: uploaded },
  };
  const errors = ['validation_failed', 'body_unreadable', 'uploads_full', 'storage_full'] as const;
  return {
    tags: {},
    webhooks: {},
    errors: uploadErrors,
    prefix: `/api/file-${name}-upload`,
    document: DOOR,
    register(scope, parts) {
      acceptForms(scope);
      const own = { ...parts, fetches: new Watchers(FETCHES) };
      const config = { access: 'account', rate: 'read', body: FORM_BODY, errors } as const;
      scope.post('', { schema, config }, (request, reply) => answer(own, { request, reply, read }));
    },
  };
}

/** A door each, since a door is what lies below its prefix. */
export const UPLOAD_DOORS: readonly Door<UploadParts>[] = UPLOADS.map(toDoor);
