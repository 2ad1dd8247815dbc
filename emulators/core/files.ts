// The results of an emulator: addresses that look like those of an object store (signed, with an expiry) and
// the files behind them. Nothing is kept: an address contains all that is needed to make its file again.
import { createHmac } from 'node:crypto';
import { HOUR_MS } from '../../server/src/lib/time.ts';
import type { EmulatorClock } from './clock.ts';
import type { ApiRequest, Reply } from './exchange.ts';
import type { Job } from './job.ts';
import { FILE_KINDS, type FileShape } from './video.ts';

export interface FileAddress extends FileShape {
  /** Distinguishes several results of a job; letters, digits and "-". */
  name?: string;
}

/** The path of the files of all emulators; below it, a file is named `<job>[.<name>].<kind>`. */
export const FILES_PATH = '/files/';

export class ResultFiles {
  readonly #clock: EmulatorClock;
  readonly #url: string;
  readonly #lifeMs: number;
  readonly #secret: string;

  constructor(parts: { clock: EmulatorClock; url: string; resultHours: number; secret: string }) {
    this.#clock = parts.clock;
    this.#url = parts.url;
    this.#lifeMs = parts.resultHours * HOUR_MS;
    this.#secret = parts.secret;
  }

  /** The address of a result of an ended job; the same at every call, expired `resultHours` after the end. */
  url(job: Job<unknown>, file: FileAddress): string {
    if (job.resultUrl !== undefined) return job.resultUrl;
    const endMs = (job.endedAtMs ?? this.#clock.now()) + this.#lifeMs;
    const name = file.name === undefined ? job.id : `${job.id}.${file.name}`;
    const path = `${FILES_PATH}${encodeURIComponent(name)}.${file.kind}`;
    const query = new URLSearchParams({
      size: `${file.width}x${file.height}`,
      seconds: String(file.seconds ?? 0),
      expires: String(endMs),
    });
    query.set('signature', this.#sign(path, query));
    return `${this.#url}${path}?${query}`;
  }

  /** The file behind an address, or the refusal of an object store. */
  open({ path, query }: ApiRequest): Reply {
    const kind = FILE_KINDS.find((ending) => path.endsWith(`.${ending}`));
    const asked = new URLSearchParams(query);
    asked.delete('signature');
    if (!kind || query.get('signature') !== this.#sign(path, asked)) {
      return refusal(
        'SignatureDoesNotMatch',
        'The signature of the request is not the one that was computed.',
      );
    }
    if (this.#clock.now() >= Number(query.get('expires'))) {
      return refusal('AccessDenied', 'The request has expired.');
    }
    const [width, height] = (query.get('size') ?? '').split('x').map(Number);
    return { file: { kind, width, height, seconds: Number(query.get('seconds')) } };
  }

  #sign(path: string, query: URLSearchParams): string {
    return createHmac('sha256', this.#secret).update(`${path}\n${query}`).digest('hex');
  }
}

/** Object stores answer in XML. */
function refusal(code: string, message: string): Reply {
  return {
    status: 403,
    contentType: 'application/xml',
    text: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}
