// Pictures of the input on their way into the body of a start. Their bytes are in memory, several times over,
// from the moment they are read until the start is answered, so all starts of a process share one room for
// them. A user's slow server delays no other start: a picture is fetched before it asks for room.
import { canReach, scopeOfUrl } from '../lib/addresses.ts';
import { ByteRoom } from '../lib/byte-room.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { InputUnreadable, readPicture } from './answers.ts';
import type { CallContext, Failure, PictureRules, StartRequest } from './contract.ts';

/** Of one picture; no provider that takes bytes takes more in a create. */
export const PICTURE_BYTES_MAX = 20 * 1024 * 1024;
/** File endings by content type, for providers that take pictures as files with a name. */
export const PICTURE_ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/bmp': 'bmp',
};
/** Of the pictures in memory at once; encoding needs up to five times as much. */
const ROOM_BYTES = 2 * PICTURE_BYTES_MAX;

export interface Picture {
  bytes: Uint8Array;
  contentType: string;
}

/**
 * Fetches a picture of at most `PICTURE_BYTES_MAX` bytes, asks for room, and then reads it.
 * @throws InputUnreadable (answers.ts).
 */
export type ReadPicture = (url: string, admit: (bytes: number) => Promise<void>) => Promise<Picture>;

export class PictureRoom {
  readonly #room = new ByteRoom(ROOM_BYTES);
  readonly #read: ReadPicture;

  constructor(read: ReadPicture) {
    this.#read = read;
  }

  /** Runs a start that may read the pictures of its input; what it read is released when it ends. */
  async during<Result>(
    request: Pick<StartRequest, 'input' | 'addressFields'>,
    start: (readImage: CallContext['readImage']) => Promise<Result>,
  ): Promise<Result> {
    const others = Math.max(0, addressesIn(request.input, request.addressFields ?? ['img_urls']).length - 1);
    const share = this.#room.share();
    let granted: Promise<void> | undefined;
    const admit = (bytes: number) => {
      // For all at once: two starts that each wait for a second picture would wait for each other.
      granted ??= share.take(bytes + others * PICTURE_BYTES_MAX);
      return granted;
    };
    try {
      return await start((url) => this.#read(url, admit));
    } finally {
      share.giveBack();
    }
  }
}

/** An address of an input, and its place there: `img_urls[0]`. */
export interface PlacedAddress {
  place: string;
  url: string;
}

/**
 * The addresses of an input, in order. @param fields names of the inputs that hold an address or a list of
 * them.
 */
export function addressesIn(input: JsonObject, fields: readonly string[]): PlacedAddress[] {
  return fields.flatMap((name) => {
    const value = input[name];
    const list = Array.isArray(value) ? value : [];
    const placed = list.map((url, at) => ({ place: `${name}[${at}]`, url }));
    const all: { place: string; url: Json }[] =
      typeof value === 'string' ? [{ place: name, url: value }] : placed;
    return all.filter((one): one is PlacedAddress => typeof one.url === 'string');
  });
}

/**
 * Why a provider cannot get what is at an address, with what to do; undefined when it can, or may.
 * @param about.own the content type, for a file of this server.
 */
export function faultOfAddress(
  url: string,
  { own, rules, providerUrl }: { own: string | undefined; rules: PictureRules; providerUrl: string },
): string | undefined {
  const isPicture = own?.startsWith('image/') ?? false;
  if (own !== undefined && isPicture && !rules.types.includes(own)) {
    return `the provider of this model takes ${rules.types.join(', ')}, not ${own}`;
  }
  const isRead = rules.as === 'bytes';
  if (own === undefined) {
    const isHidden = isRead ? scopeOfUrl(url) !== 'public' : !canReach(providerUrl, url);
    return isHidden
      ? 'leads to this machine or to a private network, where no provider can reach it'
      : undefined;
  }
  const isSent = isPicture && rules.as !== 'address';
  if (isRead || isSent || canReach(providerUrl, url)) return undefined;
  return (
    'is a file of this server, which the provider of this model has to fetch and cannot reach; give an address on the ' +
    'internet, or have an operator set PUBLIC_URL'
  );
}

/** Reads all pictures of an input for a body that carries them, up to the size of one large picture together. */
export async function readPictures(
  context: CallContext,
  urls: Json | undefined,
): Promise<Picture[] | { failure: Failure }> {
  const pictures: Picture[] = [];
  let sumBytes = 0;
  for (const url of Array.isArray(urls) ? urls.map(String) : []) {
    const picture = await readPicture(context, url);
    if ('failure' in picture) return picture;
    sumBytes += picture.bytes.length;
    if (sumBytes > PICTURE_BYTES_MAX) {
      return { failure: { reason: 'invalid_input', message: TOO_LARGE_TOGETHER } };
    }
    pictures.push(picture);
  }
  return pictures;
}

const TOO_LARGE_TOGETHER = `Together, the pictures are larger than ${PICTURE_BYTES_MAX} bytes`;

/** Reads pictures of certain types only; for any other, nothing is sent. */
export function readOnly(
  types: readonly string[],
  readImage: CallContext['readImage'],
): CallContext['readImage'] {
  return async (url) => {
    const picture = await readImage(url);
    if (types.includes(picture.contentType)) return picture;
    const { host, pathname } = new URL(url);
    throw new InputUnreadable(
      `The picture at ${host}${pathname} cannot be used: the provider takes ${types.join(', ')}, not ${picture.contentType}`,
    );
  };
}

/** What a request is sent with once each picture is in a form that its provider can take. */
export type Given = { input: JsonObject } | { misfit: string } | { unreadable: string };

/**
 * Replaces addresses that the provider cannot reach by `data:` URLs, such as a file of a server without a
 * public address. Nothing was sent yet.
 */
export async function givePictures(
  { input, addressFields = [] }: StartRequest,
  to: { rules: PictureRules; providerUrl: string },
  readImage: CallContext['readImage'],
): Promise<Given> {
  const { rules, providerUrl } = to;
  const hidden = addressesIn(input, addressFields).filter(({ url }) => !canReach(providerUrl, url));
  if (hidden.length === 0 || rules.as === 'bytes') return { input };
  if (rules.as === 'address')
    return { misfit: `input.${hidden[0].place}: this offer cannot reach the address` };
  const data = new Map<string, string>();
  let sumBytes = 0;
  try {
    for (const { place, url } of hidden) {
      if (data.has(url)) continue;
      const { bytes, contentType } = await readImage(url);
      sumBytes += bytes.length;
      const fault = faultOfData(rules, { bytes: bytes.length, sumBytes });
      if (fault !== undefined) return { unreadable: `input.${place}: ${fault}` };
      data.set(url, `data:${contentType};base64,${Buffer.from(bytes).toString('base64')}`);
    }
  } catch (error) {
    if (!(error instanceof InputUnreadable)) throw error;
    return { unreadable: error.message };
  }
  const replace = (value: Json): Json => (typeof value === 'string' ? (data.get(value) ?? value) : value);
  const given = addressFields.map((name) => {
    const value = input[name];
    return [name, Array.isArray(value) ? value.map(replace) : replace(value)];
  });
  return { input: { ...input, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) } };
}

function faultOfData(
  { dataBytesMax = PICTURE_BYTES_MAX }: PictureRules,
  { bytes, sumBytes }: { bytes: number; sumBytes: number },
): string | undefined {
  if (bytes > dataBytesMax)
    return `it is larger than the ${dataBytesMax} bytes that the provider takes in a request`;
  return sumBytes > PICTURE_BYTES_MAX
    ? `together, the pictures are larger than ${PICTURE_BYTES_MAX} bytes`
    : undefined;
}
