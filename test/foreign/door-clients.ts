// The clients that are run against the doors of the server, and the page that says so. A client that is not in an install of
// this workspace is not run here.
import { readFileSync } from 'node:fs';
import type { DoorCaller, DoorStage } from './door-stage.ts';

/** A server with a caller. */
export interface DoorTools extends DoorCaller {
  stage: DoorStage;
}

/** A client of another API, what it does at the door for it, each a test of its own, and what it has besides. */
export interface DoorClient {
  /** Its name on npm. */
  client: string;
  door: string;
  /** How it is made to talk to another address. */
  pointedBy: string;
  /** Each by what it does, in a few words. */
  steps: Readonly<Record<string, (tools: DoorTools) => Promise<void>>>;
  /** What it has by its own account; each is named by a step or among what is left out. */
  methods: () => readonly string[];
  /** What else it has, with the reason why it is not run. */
  leftOut: Readonly<Record<string, string>>;
}

/** The steps of each client that passed. */
export type PassedSteps = ReadonlyMap<DoorClient, ReadonlySet<string>>;

const HEAD = `# Clients of other APIs

Clients that were made for other APIs, pointed at the [doors](doors.md) of a Reelay server and run by \`npm test\`. Made from
the run by \`UPDATE=1 npx vitest run test/foreign/doors.test.ts\`; the versions are those of \`test/foreign/package.json\`.
\`npm run proof:doors\` sends 1,000 creates by \`openai\` and 1,000 by \`ai\` through a proxy that breaks connections, and compares tasks
and ledger with the calls.
`;

const { devDependencies: versions } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
) as { devDependencies: Record<string, string> };

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The whole page. */
export function renderDoorPage(clients: readonly DoorClient[], passed: PassedSteps): string {
  const rows = clients.map((one) => {
    const failed = Object.keys(one.steps).filter((name) => !passed.get(one)?.has(name));
    const result = failed.length === 0 ? 'works' : `fails: ${failed.join('; ')}`;
    const run = Object.keys(one.steps).join('; ');
    return row([`\`${one.client}\``, versions[one.client] ?? '', one.door, one.pointedBy, run, result]);
  });
  const left = clients.flatMap(({ client, leftOut }) =>
    Object.entries(leftOut).map(([what, why]) => row([`\`${client}\``, what, why])),
  );
  const lines = [
    HEAD,
    row(['client', 'version', 'door', 'pointed by', 'what was run', 'result']),
    '|---|---|---|---|---|---|',
    ...rows,
    '\n## Not run\n',
    row(['client', 'what it has besides', 'why it is not run']),
    '|---|---|---|',
    ...left,
  ];
  return `${lines.join('\n')}\n`;
}
