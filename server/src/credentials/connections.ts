// Opens what is sealed and binds it to the way out. Opened fields live in the memory of this process only and leave it to
// the provider's own address alone.

import { BoundedMap } from '../lib/bounded-map.ts';
import { parseOwnJson } from '../lib/json.ts';
import { SecretBox } from '../lib/sealing.ts';
import type { Clock, SteadyClock } from '../lib/time.ts';
import type {
  CallContext,
  ProbeOutcome,
  Provider,
  StartOutcome,
  StartRequest,
} from '../providers/contract.ts';
import { createProviderHttp, type ProviderSockets } from '../providers/http.ts';
import { cleanOutcomes } from '../providers/outcomes.ts';
import { givePictures, type PictureRoom, readOnly } from '../providers/pictures.ts';
import type { CredentialRow, SealedFields } from './credentials.store.ts';
import {
  describeMissing,
  type FieldValues,
  fillFields,
  fingerprintOf,
  hintOfFields,
  missingFields,
} from './fields.ts';

/** Part of the key: with other words, what is stored would not open. */
const PURPOSE = 'reelay provider credentials';
const KEPT_MAX = 10_000;

/** What a call needs besides the account. */
export interface Ways {
  sockets: ProviderSockets;
  clock: Clock;
  steady: SteadyClock;
  pictures: PictureRoom;
  /** For looks: takes a file that an answer carries. */
  keepBytes?: CallContext['keepBytes'];
}

export interface Connection {
  /** Its outcomes are cleaned: no secret shows in what comes of a call, whatever the provider's words repeat. */
  provider: Provider;
  context: CallContext;
}

/** An account that is ready for calls, or the sentence that says why it cannot be. */
export type Opened = { values: FieldValues; connection: Connection } | { fault: string };

/** Binds values that were checked to the way out. */
export function connectFields(provider: Provider, id: string, values: FieldValues, ways: Ways): Connection {
  const credential = { id, fields: fillFields(provider, values) };
  const http = createProviderHttp(ways.sockets, credential, provider.facts.credential);
  const readImage = () => Promise.reject(new Error('pictures are read during a start alone'));
  const clean = cleanOutcomes(provider);
  return {
    provider: {
      ...clean,
      start: (request, context) =>
        ways.pictures.during(request, (read) => start(clean, request, { ...context, readImage: read })),
    },
    context: {
      credential,
      http,
      clock: ways.clock,
      steady: ways.steady,
      readImage,
      keepBytes: ways.keepBytes,
    },
  };
}

/** A start with pictures that the provider can have, or the refusal of one that needs more than it can do. */
async function start(provider: Provider, request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const providerUrl = context.credential.fields.base_url ?? '';
  const { pictures: rules } = provider.facts;
  const readImage = readOnly(rules.types, context.readImage);
  const given = await givePictures(request, { rules, providerUrl }, readImage);
  if ('misfit' in given) return { type: 'rejected', failure: { reason: 'failed', message: given.misfit } };
  if ('unreadable' in given) {
    return { type: 'rejected', failure: { reason: 'invalid_input', message: given.unreadable } };
  }
  return provider.start({ ...request, input: given.input }, { ...context, readImage });
}

/** The test call. */
export function probe({ provider, context }: Connection): Promise<ProbeOutcome> {
  return provider.probe(context);
}

interface Kept {
  sealed: Buffer;
  opened: Opened;
}

export class Connections {
  readonly #box: SecretBox;
  readonly #secretKey: string;
  readonly #providers: ReadonlyMap<string, Provider>;
  readonly #ways: Ways;
  readonly #onFault: (row: CredentialRow, fault: string) => void;
  readonly #kept = new BoundedMap<string, Kept>(KEPT_MAX);

  /** @param options.onFault called once for each row that does not open. */
  constructor(options: {
    secretKey: string;
    providers: ReadonlyMap<string, Provider>;
    ways: Ways;
    onFault: (row: CredentialRow, fault: string) => void;
  }) {
    this.#box = new SecretBox(options.secretKey, PURPOSE);
    this.#secretKey = options.secretKey;
    this.#providers = options.providers;
    this.#ways = options.ways;
    this.#onFault = options.onFault;
  }

  /** Kept until the sealed fields change. */
  open(row: CredentialRow): Opened {
    const kept = this.#kept.get(row.id);
    if (kept?.sealed.equals(row.sealed)) return kept.opened;
    const opened = this.#unsealAndConnect(row);
    this.#kept.set(row.id, { sealed: row.sealed, opened });
    if ('fault' in opened) this.#onFault(row, opened.fault);
    return opened;
  }

  /** What is stored of the fields of an account. */
  seal(provider: Provider, id: string, values: FieldValues): SealedFields {
    return {
      sealed: this.#box.seal(Buffer.from(JSON.stringify(values)), ownerOf(provider.id, id)),
      fingerprint: this.fingerprint(provider, values),
      hint: hintOfFields(provider, values),
    };
  }

  fingerprint(provider: Provider, values: FieldValues): Buffer {
    return fingerprintOf(this.#secretKey, provider, values);
  }

  #unsealAndConnect(row: CredentialRow): Opened {
    const provider = this.#providers.get(row.provider);
    if (!provider) return { fault: `this release knows no provider "${row.provider}"` };
    const values = this.#unseal(row);
    if (!values) return { fault: 'it was sealed with another secret of the server; add its key again' };
    const [missing] = describeMissing(provider, missingFields(provider, values));
    if (missing !== undefined) return { fault: missing };
    return { values, connection: connectFields(provider, row.id, values, this.#ways) };
  }

  #unseal({ provider, id, sealed }: CredentialRow): FieldValues | undefined {
    try {
      return parseOwnJson<FieldValues>(this.#box.open(sealed, ownerOf(provider, id)).toString());
    } catch {
      // Another secret, another row or a changed byte: all that can be said of it is that it does not open.
      return undefined;
    }
  }
}

/** What sealed fields are bound to: moved to another row, they do not open. */
function ownerOf(provider: string, id: string): string {
  return `${provider} ${id}`;
}
