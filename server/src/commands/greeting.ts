// What the terminal prints once the server answers: where everything is, and the first thing to try. Pure.

export interface Greeting {
  address: string;
  dataDir: string;
  isEmbedded: boolean;
  /** Undefined where others read the log of the server. */
  testKey: string | undefined;
  /** How to become the owner: a link, or where it is written. Undefined once somebody owns the instance. */
  setUp: string | undefined;
}

const FIRST_BODY =
  '{"model":"reelay/draft-t2v","input":{"prompt":"Neon city street at night in the rain","duration":4,"audio":true}}';

export function formatGreeting({ address, dataDir, isEmbedded, testKey, setUp }: Greeting): string {
  const create = `curl -s ${address}/api/v1/client/job/CreateTask -H 'x-api-key: ${testKey ?? '<key>'}'`;
  const lines = [
    '',
    '  Reelay is ready.',
    '',
    ...(setUp === undefined
      ? [`  Dashboard  ${address}`]
      : [
          `  Set up     ${setUp}`,
          '             (works once: it makes you the owner)',
          `  Dashboard  ${address}`,
        ]),
    `  API        ${address}/api/v1/client   (reference: ${address}/docs)`,
    `  Test key   ${testKey ?? 'npm run reelay -- keys create --mode test'}`,
    `  Data       ${dataDir}${isEmbedded ? ' (with an embedded PostgreSQL)' : ''}`,
    '',
    '  Make a video (about ten seconds; the answer holds its address):',
    '',
    `  ${create} -H 'Content-Type: application/json' -H 'Prefer: wait=60' -d '${FIRST_BODY}'`,
    '',
    '  Stop with Ctrl-C.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
