// The official client of the Model Context Protocol, connected in each way in which agents do, and what its tests say.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { DoorTools } from './door-clients.ts';

export const MODEL = 'vidu/q1-t2v';
export const PROMPT = 'a boat';
export const MODERN = '2026-07-28';

/** The sources of the package. */
const SOURCES = new URL('../../mcp/src/stdio.ts', import.meta.url).pathname;

export type Era = 'legacy' | 'modern';
export type Answer = Awaited<ReturnType<Client['callTool']>>;
export const ERAS: readonly Era[] = ['legacy', 'modern'];

export interface Opening {
  url?: string;
  era?: Era;
  /** What its user says when asked; without it the client cannot ask. */
  approve?: (message: string) => boolean;
  /** Whether it takes tasks in place of results. */
  takesTasks?: boolean;
  /** The program over standard input; the sources unless given. */
  script?: string;
  /** Further environment of that program. */
  env?: Record<string, string>;
}

export const TASK_EXTENSION = { 'io.modelcontextprotocol/tasks': {} };

function createClient({ era = 'modern', approve, takesTasks }: Opening): Client {
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    {
      versionNegotiation: { mode: era === 'legacy' ? 'legacy' : { pin: MODERN } },
      capabilities: {
        ...(approve === undefined ? {} : { elicitation: { form: {} } }),
        ...(takesTasks ? { extensions: TASK_EXTENSION } : {}),
      },
    },
  );
  if (approve !== undefined) {
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      return { action: 'accept', content: { approve: approve(params.message) } };
    });
  }
  return client;
}

export async function connect({ stage, key }: DoorTools, opening: Opening = {}): Promise<Client> {
  const client = createClient(opening);
  const headers = { authorization: `Bearer ${key}` };
  const url = new URL(`${opening.url ?? stage.url}/mcp`);
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  return client;
}

export async function connectByStdio({ stage, key }: DoorTools, opening: Opening): Promise<Client> {
  const client = createClient(opening);
  const { script = SOURCES } = opening;
  const own = { PATH: process.env.PATH ?? '', REELAY_API_KEY: key, REELAY_BASE_URL: stage.url };
  const env = { ...own, ...opening.env };
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [script], env }));
  return client;
}

export interface Said {
  task_id: string;
  status: string;
  credits: number;
  quote_id: string;
  files: { url: string; type: string }[];
  error: { code: string; charged: boolean; next: string };
}

/** What a tool said, as data. */
export function read(answer: Answer): Said {
  return answer.structuredContent as Said;
}

export const call = (client: Client, name: string, more: Record<string, unknown> = {}): Promise<Answer> =>
  client.callTool({ name, arguments: more });

export function order(key: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { model: MODEL, input: { prompt: PROMPT }, max_credits: 1_000, idempotency_key: key, ...more };
}

export async function countTasks({ stage, accountId }: DoorTools): Promise<number> {
  const { rows } = await stage.core.pool.query('select id from tasks where account_id = $1', [accountId]);
  return rows.length;
}

/** A test key of an account of its own, with bounds. */
export async function openBounded(
  { stage }: DoorTools,
  bounds: Partial<Parameters<DoorTools['stage']['core']['accounts']['createKey']>[0]>,
): Promise<DoorTools> {
  const { accountId } = await stage.openAccount();
  const asked = { account: accountId, mode: 'test', name: 'agent', ...bounds } as const;
  const { key } = await stage.core.accounts.createKey(asked);
  return { stage, accountId, key };
}

export async function postRaw(
  { stage }: DoorTools,
  headers: Record<string, string>,
  body = '{}',
): Promise<Response> {
  const type = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  return fetch(`${stage.url}/mcp`, { method: 'POST', headers: { ...type, ...headers }, body });
}
