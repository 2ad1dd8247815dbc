// What an official client is to the run: its name, the emulator that it talks to, and what it does there,
// each a test of its own. Whatever else the client has for video is listed with the reason why it is not run.
import type { EmulatedApi } from '../../emulators/core/api.ts';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import type { Settings } from '../../emulators/core/settings.ts';

/** One thing that the client does; fails by throwing. */
export type Step = (emulator: RunningEmulator) => Promise<void>;

export interface ForeignClient {
  /** For the title of its tests: the row in the list of faults that the client has shown. */
  row?: string;
  /** Its name on npm, if it is there. */
  client: string;
  /** For a client that is not on npm: what it was read from. */
  version?: string;
  /** Who publishes it: the provider itself, or an author for many. */
  by: 'provider' | 'AI SDK' | 'community';
  api: EmulatedApi;
  settings?: Partial<Settings>;
  /** Values of the credential that differ from the emulator's own. */
  fields?: Readonly<Record<string, string>>;
  /** How it is made to talk to another address. */
  pointedBy: string;
  /** Each by what it does, in a few words. */
  steps: Readonly<Record<string, Step>>;
  /** What it has for video by its own account; each is named by a step or among what is left out. */
  methods?: () => readonly string[];
  /** What else it has for video, with the reason why it is not run. */
  leftOut?: Readonly<Record<string, string>>;
}

/** A run in which jobs are over in a moment. */
export const QUICK: Partial<Settings> = { queueMs: 5, runMs: 30 };

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A real PNG of one pixel, new for each caller. */
export function samplePicture(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(PICTURE);
}

/** The same for clients that want a file. */
export function sampleFile(): File {
  return new File([samplePicture()], 'picture.png', { type: 'image/png' });
}

/** Whether the bytes begin like an MP4. */
export function isVideo(bytes: ArrayBuffer | Uint8Array): boolean {
  return Buffer.from(bytes as Uint8Array).toString('latin1', 4, 8) === 'ftyp';
}

/** Fetches a result as a client would. @throws when it is not a video. */
export async function fetchVideo(url: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok || !isVideo(await response.arrayBuffer())) throw new Error(`no video at ${url}`);
}

/** Asks until there is something. @throws after ten seconds. */
export async function ask<Found>(look: () => Promise<Found | undefined | false>): Promise<Found> {
  const endMs = performance.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > endMs) throw new Error(`it never came: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** The error with which a call was refused. @throws when it was not. */
export async function refusalOf(call: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error('it was not refused');
  return outcome as Error & Record<string, unknown>;
}

/** A fetch for clients whose hosts are fixed: whatever they call is looked for at the emulator. */
export function redirectTo({ url }: RunningEmulator): typeof fetch {
  return (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : String(input));
    return fetch(`${url}${asked.pathname}${asked.search}`, init);
  };
}

/** The methods of an object of a class. */
export function methodsOf(object: object): string[] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter((name) => name !== 'constructor');
}
