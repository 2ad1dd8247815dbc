// The page of official clients, made from a run.
import { readFileSync } from 'node:fs';
import type { ForeignClient } from './client.ts';
import { CLIENTS, WITHOUT } from './clients.ts';

/** The steps of each client that passed. */
export type Passed = ReadonlyMap<ForeignClient, ReadonlySet<string>>;

const HEAD = `# Official clients

The clients that providers publish for their own APIs, or that others publish for many, pointed at our
[emulators](emulators.md) and run by \`npm test\`: a second reading of each API by those who made it. Made from the run by
\`UPDATE=1 npx vitest run test/foreign\`; the versions are those of \`test/foreign/package.json\`.
`;

const { devDependencies: versions } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
) as { devDependencies: Record<string, string> };

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function describeResult({ steps }: ForeignClient, passed: ReadonlySet<string>): string {
  const failed = Object.keys(steps).filter((name) => !passed.has(name));
  return failed.length === 0 ? 'works' : `fails: ${failed.join('; ')}`;
}

function renderClients(passed: Passed): string[] {
  const head = row(['client', 'version', 'published by', 'provider', 'pointed by', 'what was run', 'result']);
  const rows = CLIENTS.map((foreign) => {
    const { client, version = versions[client] ?? '', by, api, pointedBy, steps } = foreign;
    const run = Object.keys(steps).join('; ');
    const result = describeResult(foreign, passed.get(foreign) ?? new Set());
    return row([`\`${client}\``, version, by, `\`${api.id}\``, pointedBy, run, result]);
  });
  return [head, '|---|---|---|---|---|---|---|', ...rows];
}

/** The whole page. */
export function renderPage(passed: Passed): string {
  const left = CLIENTS.flatMap(({ client, leftOut = {} }) =>
    Object.entries(leftOut).map(([what, why]) => row([`\`${client}\``, what, why])),
  );
  const without = Object.entries(WITHOUT).map(([provider, why]) => row([`\`${provider}\``, why]));
  const parts = [
    HEAD,
    ...renderClients(passed),
    '\n## Not run\n',
    row(['client', 'what it has for video besides', 'why it is not run']),
    '|---|---|---|',
    ...left,
  ];
  if (without.length > 0) {
    parts.push('\n## Providers without a client of their own on npm\n');
    parts.push(row(['provider', 'what is there']), '|---|---|', ...without);
  }
  return `${parts.join('\n')}\n`;
}
