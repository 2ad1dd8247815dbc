// The body of an edit or an extension as OpenAI spells it, written as a create of Reelay. Only models that declare the
// operation take one, and no other model is put in their place.
import type { Catalog } from '../../catalog/catalog.ts';
import type { Model } from '../../catalog/models.ts';
import { refuseFaults } from '../../errors.ts';
import type { ClientBody, FormFile } from '../../http/body.ts';
import { isObject, type Json, withoutNulls } from '../../lib/json.ts';
import type { Prepared } from './create.ts';
import { toVideoId } from './ids.ts';
import { type Picture, readClip } from './picture.ts';
import { sizesOf } from './sizes.ts';
import { extrasOf, findStrayFiles, noModel, putSeconds, putSize, readFields } from './video-body.ts';

/** What is done to a clip, as the operation that a model declares, with the word for it. */
export const CHANGES = {
  edit: { operation: 'video-edit', does: 'changes' },
  extension: { operation: 'video-extend', does: 'prolongs' },
} as const;

export type Change = (typeof CHANGES)[keyof typeof CHANGES];

/** A video of the account, as the source of another one. */
export interface Source {
  taskId: string;
  model: string;
  /** The address of its file. */
  url: string;
}

/** Finds a video by its id. @throws AppError `task_not_found`, `validation_failed` for one that is not completed. */
export type FindSource = (videoId: string) => Promise<Source>;

/** Names that this door has a meaning for; every other one is a field of the model. */
const OWN = new Set([
  'model',
  'prompt',
  'video',
  'seconds',
  'size',
  'callback_url',
  'max_credits',
  'metadata',
]);
/** The fields by which models take a clip. */
const CLIP_FIELDS = ['video_url', 'video_urls'];

/** @throws AppError `validation_failed`, `model_not_found`, `task_not_found`. */
export async function readChangeBody(
  catalog: Catalog,
  sent: ClientBody,
  { change, findSource }: { change: Change; findSource: FindSource },
): Promise<Prepared> {
  if (!isObject(sent.value)) throw refuseFaults(['body: must be a JSON object']);
  const body = withoutNulls(sent.value);
  const isForm = sent.files !== undefined;
  const faults = findStrayFiles(sent.files, ['video']);
  if (typeof body.prompt !== 'string' || body.prompt === '')
    faults.push('prompt: is required and must be of type string');
  const found = await readVideoField(sent.files?.get('video'), body.video, findSource);
  if ('fault' in found) throw refuseFaults([...faults, `video: ${found.fault}`]);
  const model = chooseModel(catalog, { given: body.model, source: found.source, change });
  const { properties } = model.input_schema;
  const input = readFields(body, properties, { isForm, own: OWN });
  const chosen = { name: model.model, properties };
  faults.push(...putSeconds(input, body.seconds, chosen), ...putSize(input, body.size, chosen, sizesOf));
  if (faults.length > 0) throw refuseFaults(faults);
  const field = CLIP_FIELDS.find((name) => properties[name] !== undefined) ?? CLIP_FIELDS[0];
  const isList = isObject(properties[field]) && properties[field].type === 'array';
  return {
    value: { model: model.model, input, ...extrasOf(body, isForm) },
    pictures: [found.clip],
    place: (urls) => ({ [field]: isList ? [...urls] : urls[0] }),
    kept: found.source && { remixed_from: toVideoId(found.source.taskId) },
  };
}

type Found = { clip: Picture; source?: Source } | { fault: string };

/** What is to be changed: a file, or an object with the id of a video. */
async function readVideoField(
  file: FormFile | undefined,
  given: Json | undefined,
  findSource: FindSource,
): Promise<Found> {
  if (file !== undefined) {
    const clip = readClip(file);
    return 'fault' in clip ? clip : { clip };
  }
  if (given === undefined) return { fault: 'is required and must be a file, or an object with id' };
  if (!isObject(given) || typeof given.id !== 'string')
    return { fault: 'must be a file, or an object with id' };
  const source = await findSource(given.id);
  return { clip: { url: source.url }, source };
}

interface Wanted {
  given: Json | undefined;
  source: Source | undefined;
  change: Change;
}

/**
 * The model that was named; without a name that of the source, or the one with the same title.
 * @throws AppError `validation_failed` with the models that can, `model_not_found`.
 */
function chooseModel(catalog: Catalog, { given, source, change }: Wanted): Model {
  const { operation, does } = change;
  const able = catalog.models.filter(
    ({ operations, modality }) => modality === 'video' && operations.includes(operation),
  );
  const hint =
    able.length === 0
      ? `no model here ${does} a video`
      : `${able.map(({ model }) => model).join(', ')} ${able.length === 1 ? 'does' : 'do'}`;
  if (given === undefined) {
    const made = catalog.models.find(({ model }) => model === source?.model);
    const same = able.find(({ model }) => model === made?.model);
    const found = same ?? able.find(({ title }) => title === made?.title);
    if (found === undefined) throw refuseFaults([`model: is required, one that ${does} a video; ${hint}`]);
    return found;
  }
  if (typeof given !== 'string') throw refuseFaults(['model: must be of type string']);
  const names = catalog.modelsNamed(given);
  if (names.length === 0) throw noModel(catalog, given);
  const found = able.find(({ model }) => names.includes(model));
  if (found === undefined)
    throw refuseFaults([`model: ${given.slice(0, 100)} never ${does} a video; ${hint}`]);
  return found;
}
