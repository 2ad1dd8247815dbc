// The documents agree with the code, both ways. `UPDATE=1 npx vitest run test/tidy` writes the documents that
// are made from the code.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { validate } from '@scalar/openapi-parser';
import { describe, expect, it } from 'vitest';
import { readFault } from '../../emulators/core/faults.ts';
import { formatSecret, generateSecret, signMessage } from '../../server/src/callbacks/signature.ts';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import { CODES } from '../../server/src/doors/crun/codes.ts';
import { ERRORS, type ErrorName } from '../../server/src/errors.ts';
import { SCENARIOS } from '../../server/src/providers/draft/scenarios.ts';
import { SETTINGS } from '../../server/src/settings.ts';
import { createJudge } from '../stage/described-answers.ts';
import type { CommandFacts } from './list-commands.ts';
import { findBrokenLinks, findUnknownCommands, readErrorEntries } from './markdown.ts';
import { readModelNames, renderModelsPage } from './models-page.ts';
import { renderProvidersPage } from './providers.ts';
import { renderEnvExample, renderSettingsPage } from './settings.ts';
import { plantTree, ROOT, readTree } from './tree.ts';

const run = promisify(execFile);
const tree = readTree();

/** Compares a file that is made from the code with what the code makes now, or writes it. */
async function expectGenerated(name: string, text: string): Promise<void> {
  if (process.env.UPDATE === '1') await writeFile(path.join(ROOT, name), text);
  else expect(tree.text(name), `${name} is out of date`).toBe(text);
}

describe('settings', () => {
  it('are in .env.example as settings.ts has them', () =>
    expectGenerated('.env.example', renderEnvExample()));

  it('are in docs/settings.md as settings.ts has them', () =>
    expectGenerated('docs/settings.md', renderSettingsPage()));
});

describe('the version of package.json', () => {
  const [, version] = /"version": "(.+)"/.exec(tree.text('package.json')) ?? [];
  const manifests = tree.list(/\/package\.json$/);
  const sources = tree.list(/^(server\/src\/lib|sdk\/src|ai-sdk\/src)\/version\.ts$/);

  it.each([...manifests, ...sources])('is that of %s', (name) => {
    const own = /("version": "|VERSION = ')[^'"]+/;
    return expectGenerated(name, tree.text(name).replace(own, `$1${version}`));
  });

  it('is said by the server, the SDK and the provider for the AI SDK', () => {
    expect(sources.length).toBe(3);
    for (const name of sources) expect(tree.text(name)).toContain(`VERSION = '${version}'`);
  });
});

describe('providers and models', () => {
  it('are in docs/providers.md as the adapters and the catalogue have them', () =>
    expectGenerated('docs/providers.md', renderProvidersPage(tree.text('docs/providers.md'))));

  it('are in the table of docs/models.md as the catalogue has them', () =>
    expectGenerated('docs/models.md', renderModelsPage(tree.text('docs/models.md'))));

  it('keep what is written by hand, and report missing marks', () => {
    const page = renderProvidersPage(tree.text('docs/providers.md'));
    const ownWords = page.replace('# Providers', '# Our own words');
    expect(renderProvidersPage(ownWords)).toBe(ownWords);
    expect(() => renderProvidersPage('# Providers')).toThrow('has no line');
    expect(() => renderModelsPage('# Models')).toThrow('lost the marks');
  });
});

/** Variables of the SDK, the command line, the program for agents and receivers of callbacks. */
const OF_CLIENTS = [
  'REELAY_API_KEY',
  'REELAY_BASE_URL',
  'REELAY_CALLBACK_SECRET',
  'REELAY_UPLOAD_FOLDER',
  'REELAY_WARNINGS',
];

describe('names', () => {
  const documents = tree.list(/^(docs\/.*|[A-Z]+)\.md$/).map((name) => ({ name, text: tree.text(name) }));

  it('of settings in the documents are names of settings', () => {
    const unknown = documents.flatMap(({ name, text }) =>
      [...text.matchAll(/\bREELAY_[A-Z0-9_]*[A-Z0-9]\b/g)]
        .filter(([word]) => !(word in SETTINGS) && !OF_CLIENTS.includes(word))
        .map(([word]) => `${name} names ${word}`),
    );
    expect(unknown).toEqual([]);
  });

  it('of metrics are the same in docs/operations.md and in the code', () => {
    const known = namesIn(tree.text('server/src/http/metrics.ts'), /'(reelay_[a-z_]+)'/g);
    expect(namesIn(tree.text('docs/operations.md'), /`(reelay_[a-z_]+)`/g)).toEqual(known);
  });

  it('of scenarios are the same in docs/test-mode.md and in the code', () => {
    const rows = [...tree.text('docs/test-mode.md').matchAll(/^\| `reelay:(\w+)` \| `(\d+)` \|/gm)];
    const known = Object.entries(SCENARIOS).map(([name, { templateId }]) => [name, templateId]);
    expect(rows.map(([, name, id]) => [name, id])).toEqual(known);
  });

  it('of faults are the same in docs/emulators.md and in the emulators', () => {
    const rows = [...tree.text('docs/emulators.md').matchAll(/^\| ((?:`[a-z_]+`(?:, )?)+) \| [a-z]/gm)];
    const named = rows.flatMap(([, cell]) => [...cell.matchAll(/`(\w+)`/g)].map(([, kind]) => kind));
    expect(named.toSorted()).toEqual(listFaultKinds().toSorted());
  });

  it('of models in docs/models.md are those of the catalogue', () => {
    const known = readShippedModels().map(({ model }) => model);
    expect(readModelNames(tree.text('docs/models.md')).toSorted()).toEqual(known.toSorted());
  });
});

describe('errors', () => {
  const entries = readErrorEntries(tree.text('docs/errors.md'));

  it('each have one entry in docs/errors.md with their status and advice, and there are no others', () => {
    const documented = entries.map(({ name, status, retryable }) => ({ name, status, retryable }));
    const known = Object.entries(ERRORS).map(([name, { retryable }]) => ({
      name,
      status: CODES[name as ErrorName],
      retryable,
    }));
    expect(documented).toEqual(known);
  });

  it('have examples that show their own code and name', () => {
    const shown = entries.map(({ example }) => [example.code, example.error]);
    expect(shown).toEqual(entries.map(({ name, status }) => [status, name]));
  });
});

/** Who may call the operations of each door, and the status of an outage. */
const DOORS = [
  { prefix: '/api/v1/client/', callers: [[{ apiKey: [] }, { session: [] }]], outage: '455' },
  {
    prefix: '/api/v1/account/',
    callers: [[{ apiKey: [] }, { session: [] }], [{ session: [] }], []],
    outage: '503',
  },
  ...['jobs', 'chat', 'common'].map((part) => ({
    prefix: `/api/v1/${part}/`,
    callers: [[{ apiKey: [] }, { session: [] }]],
    outage: '455',
  })),
  { prefix: '/api/file-', callers: [[{ apiKey: [] }, { session: [] }]], outage: '455' },
  { prefix: '/v1/', callers: [[{ apiKey: [] }, { session: [] }]], outage: '503' },
  { prefix: '/api/v1/operator/', callers: [[{ operatorToken: [] }, { session: [] }]], outage: '503' },
];

describe('openapi.json', () => {
  const written: OpenApi = JSON.parse(tree.text('openapi.json'));
  const operations = Object.entries(written.paths).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${url}`, operation })),
  );

  it('is what the routes make (else run: npm run openapi)', async () => {
    const database = await createTestDatabase();
    const dataDir = await mkdtemp(path.join(tmpdir(), 'reelay-openapi-'));
    try {
      const { stdout } = await run(process.execPath, ['server/src/main.ts', 'openapi'], {
        cwd: ROOT,
        maxBuffer: 5_000_000,
        env: { PATH: process.env.PATH, DATABASE_URL: database.url, DATA_DIR: dataDir },
      });
      await expectGenerated('openapi.json', stdout);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it('is valid by the rules of OpenAPI 3.1', async () => {
    const { version, errors } = await validate(tree.text('openapi.json'));
    expect([version, errors]).toEqual(['3.1', []]);
  });

  it('has examples of answers that their schemas allow', () => {
    const judge = createJudge(written);
    const examples = Object.entries(written.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) => {
        const { example } = responses['200']?.content?.['application/json'] ?? {};
        return example === undefined ? [] : [{ method, path, status: 200, text: JSON.stringify(example) }];
      }),
    );
    expect(examples.length).toBeGreaterThan(20);
    expect(examples.flatMap((answer) => judge(answer) ?? [])).toEqual([]);
  });

  it('knows no error that the table of errors does not', () => {
    const names = operations.flatMap(({ operation }) => errorNames(operation));
    expect([...new Set(names)].filter((name) => !(name in ERRORS))).toEqual([]);
  });

  it('has every error except those of task results', () => {
    const names = new Set(operations.flatMap(({ operation }) => errorNames(operation)));
    const elsewhere = Object.entries(CODES).flatMap(([name, code]) => (code === 501 ? [name] : []));
    const missing = Object.keys(ERRORS).filter((name) => !names.has(name) && !elsewhere.includes(name));
    expect(missing).toEqual([]);
  });

  it('gives every operation a name, a summary, who may call it, and its errors', () => {
    for (const { name, operation } of operations) {
      const door = DOORS.find(({ prefix }) => name.includes(` ${prefix}`));
      expect(operation.operationId, name).toMatch(/^[a-z]\w+$/);
      expect(operation.summary, name).toMatch(/^[A-Z]/);
      expect(door?.callers, name).toContainEqual(operation.security);
      const refused = operation.security.length > 0 ? ['401', '403', '429'] : ['429'];
      expect(Object.keys(operation.responses), name).toEqual(
        expect.arrayContaining([...refused, door?.outage, '500']),
      );
    }
  });

  it('has every operation in the page of its door', () => {
    const guide = ['api', 'account-api', 'operator-api', 'doors']
      .map((page) => tree.text(`docs/${page}.md`))
      .join('');
    const paths = Object.keys(written.paths).map((url) =>
      url.replace('/api/v1/client/', '').replace(/\{vendor\}\/\{name\}|\{name\}/, '{model}'),
    );
    // The beginning of a longer path is not enough.
    const missing = paths.filter(
      (name) => !new RegExp(`${name.replace(/[{}]/g, '\\$&')}(?![\\w/-])`).test(guide),
    );
    expect(missing).toEqual([]);
  });
});

describe('commands', async () => {
  const script = path.join(import.meta.dirname, 'list-commands.ts');
  const { stdout } = await run(process.execPath, [script], { cwd: ROOT });
  const commands: CommandFacts[] = JSON.parse(stdout);
  const words = commands.map((command) => command.words);

  it('each say what they do', () => {
    expect(commands.filter(({ about }) => about.length < 10)).toEqual([]);
  });

  it('each have --json, except the one that prints a document', () => {
    const without = commands.filter(({ options }) => !options.includes('--json'));
    expect(without.map((command) => command.words)).toEqual(['openapi']);
  });

  it('each stand in docs/operations.md', () => {
    const guide = tree.text('docs/operations.md');
    expect(words.filter((command) => !guide.includes(`\`reelay ${command}`))).toEqual([]);
  });

  it('and scripts that the documents run exist', () => {
    const { scripts } = JSON.parse(tree.text('package.json'));
    expect(findUnknownCommands(tree, { scripts: Object.keys(scripts), commands: words })).toEqual([]);
  });
});

describe('the check of a signature in docs/callbacks.md', () => {
  it('takes what the server signs, and refuses another body and an old one', async () => {
    const code = /```js\n(import \{ createHmac[\s\S]*?)```/.exec(tree.text('docs/callbacks.md'))?.[1] ?? '';
    const page = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    const secret = generateSecret();
    const sentAtMs = 1_800_000_000_000;
    const headers = signMessage({ id: 'one', sentAtMs, body: '{"a":1}' }, [generateSecret(), secret]);
    const check = (body: string, seconds: number) =>
      page.isGenuine(formatSecret(secret), headers, body, sentAtMs / 1000 + seconds);
    expect([check('{"a":1}', 10), check('{"a":2}', 10), check('{"a":1}', 301)]).toEqual([true, false, false]);
  });
});

describe('links', () => {
  it('of the documents lead to files and headings that exist', () => {
    expect(findBrokenLinks(tree)).toEqual([]);
  });
});

describe('the rules of documents', () => {
  it('see a broken link, a missing heading and an unknown command', () => {
    const planted = plantTree({
      'README.md':
        '# One\n[a](docs/a.md) [b](docs/b.md) [c](docs/a.md#two-words) [d](#one)\n```sh\nnpm run nothing\nreelay dance\n```\n',
      'docs/a.md': '## Two words\n',
    });
    expect(findBrokenLinks(planted)).toEqual(['README.md:2 links to docs/b.md, which does not exist']);
    expect(findUnknownCommands(planted, { scripts: ['start'], commands: ['serve'] })).toEqual([
      'README.md:4 runs the script nothing, which does not exist',
      'README.md:5 runs "reelay dance", which does not exist',
    ]);
  });
});

/** The names that a pattern finds, each once, in order. */
function namesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].toSorted();
}

/** The kinds of faults, as the refusal of an unknown one names them. */
function listFaultKinds(): string[] {
  try {
    readFault({ on: 'start', kind: 'none' });
  } catch (error) {
    return /is one of (.*)$/.exec((error as Error).message)?.[1].split(', ') ?? [];
  }
  return [];
}

interface Operation {
  operationId: string;
  summary: string;
  security: object[];
  responses: Record<string, { content?: Record<string, { schema?: ErrorSchema; example?: unknown }> }>;
}

interface ErrorSchema {
  allOf?: { properties?: { error?: { enum?: string[] }; name?: { enum?: string[] } } }[];
  properties?: { error?: ErrorSchema };
}

interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
}

/** Of both doors: clients read the name as `error`, operators as `error.name`. */
function errorNames({ responses }: Operation): string[] {
  return Object.values(responses).flatMap(({ content = {} }) =>
    Object.values(content).flatMap(({ schema }) => [
      ...(schema?.allOf ?? []).flatMap(({ properties }) => properties?.error?.enum ?? []),
      ...(schema?.properties?.error?.allOf ?? []).flatMap(({ properties }) => properties?.name?.enum ?? []),
    ]),
  );
}
