// What a call of the AI SDK is in the fields of a model. An option that the model has no field for is a warning; a value that
// its field does not take is sent as it is, so that the server refuses it with the values that it has, before anything is
// made or paid.
import type {
  Experimental_VideoModelV4CallOptions,
  ImageModelV4CallOptions,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { z } from 'zod/v4';
import type { InputFile } from './connection.ts';
import { wordsOfSize } from './sizes.ts';

const propertySchema = z.looseObject({
  enum: z.array(z.unknown()).optional(),
  maximum: z.number().optional(),
});

/** A model as the server lists it, as far as calls need it. */
export const modelSchema = z.object({
  data: z.object({ input_schema: z.object({ properties: z.record(z.string(), propertySchema) }) }),
});

/** The fields of a model by their names. */
export type Properties = z.infer<typeof modelSchema>['data']['input_schema']['properties'];

/** Fields of `providerOptions.reelay` that are not the model's own. */
export const optionsSchema = z.looseObject({
  /** The create is refused if the price is above this. */
  maxCredits: z.number().optional(),
  /** Short texts that come back with the task. */
  metadata: z.record(z.string(), z.string()).optional(),
});

export type AddressOf = (file: InputFile) => Promise<string>;

interface Built {
  input: Record<string, unknown>;
  warnings: SharedV4Warning[];
}

function wordsOf(properties: Properties, field: string): string[] {
  return (properties[field]?.enum ?? []).filter((word): word is string => typeof word === 'string');
}

/** Collects the fields of an input, and what the model has none for. */
class InputBuilder {
  readonly input: Record<string, unknown> = {};
  readonly warnings: SharedV4Warning[] = [];
  readonly #properties: Properties;

  constructor(properties: Properties) {
    this.#properties = properties;
  }

  has(field: string): boolean {
    return this.#properties[field] !== undefined;
  }

  warn(feature: string, details: string): void {
    this.warnings.push({ type: 'unsupported', feature, details });
  }

  /** Sets the first of the fields that the model has. */
  set(feature: string, fields: readonly string[], value: unknown): void {
    if (value === undefined) return;
    const field = fields.find((name) => this.has(name));
    if (field === undefined) this.warn(feature, `The model has no field ${fields.join(' or ')}`);
    else this.input[field] = value;
  }

  /** Adds files to the first list that the model has, or sets the first field for a single one. */
  add(feature: string, fields: readonly string[], addresses: readonly string[]): void {
    if (addresses.length === 0) return;
    const field = fields.find((name) => this.has(name));
    if (field === undefined) this.warn(feature, `The model has no field ${fields.join(' or ')}`);
    else if (field.endsWith('s'))
      this.input[field] = [...((this.input[field] ?? []) as string[]), ...addresses];
    else {
      this.input[field] = addresses[0];
      if (addresses.length > 1)
        this.warn(feature, `The model takes one file in ${field}: the first was sent`);
    }
  }

  setRatio(ratio: string | undefined): void {
    const value = ratio === 'adaptive' ? 'auto' : ratio;
    const words = wordsOf(this.#properties, 'aspect_ratio');
    // A model without `auto` follows its pictures by itself.
    if (value === 'auto' && !words.includes('auto')) return;
    this.set('aspectRatio', ['aspect_ratio'], value);
  }

  /** @param feature the name of the option, which differs between videos and pictures */
  setSize(feature: 'resolution' | 'size', size: string | undefined, hasRatio: boolean): void {
    if (size === undefined) return;
    const [resolutions, ratios] = [
      wordsOf(this.#properties, 'resolution'),
      wordsOf(this.#properties, 'aspect_ratio'),
    ];
    const { resolution, ratio } = wordsOfSize(size, { resolutions, ratios });
    if (resolution !== undefined) this.input.resolution = resolution;
    else this.warn(feature, `The model makes ${resolutions.join(', ') || 'one resolution'}, and not ${size}`);
    if (hasRatio || ratios.length === 0) return;
    if (ratio !== undefined) this.input.aspect_ratio = ratio;
    else this.warn(feature, `The model makes the ratios ${ratios.join(', ')}, and not that of ${size}`);
  }

  build(own: Record<string, unknown>): Built {
    return { input: { ...this.input, ...own }, warnings: this.warnings };
  }
}

const PICTURES = ['img_urls', 'images', 'image_url'];
const REFERENCES: Record<string, readonly string[]> = {
  image: ['reference_images', ...PICTURES],
  video: ['reference_videos', 'video_urls', 'video_url'],
  audio: ['reference_audios', 'audio_url'],
};

/** The kind of a reference; one without a type is taken for a picture. */
function kindOf(file: InputFile & { mediaType?: string }): string {
  const kind = file.mediaType?.split('/')[0] ?? 'image';
  return kind in REFERENCES ? kind : 'image';
}

/** Frames in the order in which the models take them: the first, then the last. */
function framesOf({ frameImages, image }: Experimental_VideoModelV4CallOptions): InputFile[] {
  const named = (type: string) => frameImages?.find(({ frameType }) => frameType === type)?.image;
  const frames = [named('first_frame') ?? image, named('last_frame')];
  return frames.filter((frame) => frame !== undefined);
}

export async function buildVideoInput(
  properties: Properties,
  options: Experimental_VideoModelV4CallOptions,
  { addressOf, own }: { addressOf: AddressOf; own: Record<string, unknown> },
): Promise<Built> {
  const builder = new InputBuilder(properties);
  builder.set('prompt', ['prompt'], options.prompt);
  builder.setRatio(options.aspectRatio);
  builder.setSize('resolution', options.resolution, options.aspectRatio !== undefined);
  builder.set('duration', ['duration'], options.duration);
  builder.set('fps', ['fps'], options.fps);
  builder.set('seed', ['seed'], options.seed);
  // A model without sound is silent as it is.
  if (options.generateAudio || builder.has('audio'))
    builder.set('generateAudio', ['audio'], options.generateAudio);
  const addresses = (files: readonly InputFile[]) => Promise.all(files.map(addressOf));
  builder.add('image', PICTURES, await addresses(framesOf(options)));
  for (const [kind, fields] of Object.entries(REFERENCES)) {
    const files = (options.inputReferences ?? []).filter((file) => kindOf(file) === kind);
    builder.add('inputReferences', fields, await addresses(files));
  }
  return builder.build(own);
}

export async function buildImageInput(
  properties: Properties,
  options: ImageModelV4CallOptions,
  { addressOf, own }: { addressOf: AddressOf; own: Record<string, unknown> },
): Promise<Built> {
  const builder = new InputBuilder(properties);
  builder.set('prompt', ['prompt'], options.prompt);
  builder.setRatio(options.aspectRatio);
  builder.setSize('size', options.size, options.aspectRatio !== undefined);
  builder.set('seed', ['seed'], options.seed);
  if (options.n > 1) builder.set('n', ['num_outputs'], options.n);
  builder.add('files', PICTURES, await Promise.all((options.files ?? []).map(addressOf)));
  if (options.mask !== undefined) builder.warn('mask', 'No model takes a mask');
  return builder.build(own);
}

/** How many pictures one task of the model makes at most. */
export function picturesMax(properties: Properties): number {
  return properties.num_outputs?.maximum ?? 1;
}
