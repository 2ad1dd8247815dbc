// The two ends of a recording: sockets that keep every exchange of a call, and sockets that answer from what
// was kept and reach no network. Downloads are not kept: a result belongs to the account.
import type { GuardedFetch, GuardedRequest } from '../../lib/guarded-fetch.ts';
import { FetchFailed } from '../../lib/guarded-fetch-errors.ts';
import type { ProviderSockets } from '../http.ts';

/** One request and its answer, as they went over the wire. */
export interface Exchange {
  method: string;
  url: string;
  requestHeaders: Readonly<Record<string, string>>;
  requestBody: Buffer;
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

function describeRequest(
  url: string,
  { method = 'GET', headers = {}, body = '' }: GuardedRequest,
): Pick<Exchange, 'method' | 'url' | 'requestHeaders' | 'requestBody'> {
  return { method, url, requestHeaders: headers, requestBody: Buffer.from(body as string) };
}

/** The same sockets; each complete exchange with an address of the account is added to `kept`. */
export function keepExchanges(sockets: ProviderSockets, kept: Exchange[]): ProviderSockets {
  const trusted = async (url: string, request: GuardedRequest) => {
    const response = await sockets.trusted(url, request);
    const { status, headers, body } = response;
    if (request.saveTo === undefined) {
      kept.push({ ...describeRequest(url, request), status, headers, body: Buffer.from(body) });
    }
    return response;
  };
  return { ...sockets, trusted: Object.assign(trusted, { close: () => sockets.trusted.close() }) };
}

/** Answers the requests in their order. `asked` collects the requests; past the last answer there is none. */
export function answerFrom(
  sockets: ProviderSockets,
  answers: readonly Pick<Exchange, 'status' | 'headers' | 'body'>[],
  asked: Exchange[],
): ProviderSockets {
  const trusted: GuardedFetch = Object.assign(
    async (url: string, request: GuardedRequest) => {
      const answer = answers[asked.length];
      if (!answer)
        throw new FetchFailed({
          kind: 'http',
          message: 'Nothing was recorded for this request.',
          maybeSent: true,
        });
      const { status, headers, body } = answer;
      asked.push({ ...describeRequest(url, request), status, headers, body });
      return {
        url,
        status,
        headers: { ...headers },
        body,
        sizeBytes: body.length,
        truncated: false,
        savedTo: null,
      };
    },
    { close: async () => undefined },
  );
  return { ...sockets, trusted };
}
