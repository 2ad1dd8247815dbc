// Checks the PostgreSQL at `DATABASE_URL` before anything else uses it. What is wrong is reported in one line that
// names the host, port, database and user, and never the password.
import pg from 'pg';
import { OperatorError } from '../errors.ts';
import { pause } from '../lib/time.ts';

const VERSION_MIN = 15;
const CONNECT_TIMEOUT_MS = 5_000;
const STARTING_UP_WITHIN_MS = 30_000;

interface Target {
  host: string;
  port: number;
  database: string;
  user: string;
}

function readTarget(url: string): Target | undefined {
  if (!/^postgres(ql)?:\/\//.test(url)) return undefined;
  try {
    const { host, port, database, user } = new pg.Client({ connectionString: url });
    return { host, port, database: database ?? '', user: user ?? '' };
  } catch {
    return undefined;
  }
}

/** What each code of PostgreSQL or of the network means to the operator who set DATABASE_URL. */
function explain(code: string | undefined, target: Target): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return 'nothing listens there; is PostgreSQL running, and are the host and the port right?';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name is not known.';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'the host does not answer.';
    case 'ECONNRESET':
      return 'what listens there is not PostgreSQL, or it closed the connection.';
    case '28P01':
      return `the password of user "${target.user}" is wrong, or there is no such user.`;
    case '28000':
      return `user "${target.user}" may not connect from here (pg_hba.conf).`;
    case '3D000':
      return `there is no database "${target.database}"; create it first.`;
    case '42501':
      return `user "${target.user}" may not connect to database "${target.database}".`;
    case '53300':
      return 'it has no free connection (max_connections).';
    case '57P03':
      return 'it is still starting up.';
    default:
      return undefined;
  }
}

/** One line for a connection that failed: the address, the user and the reason. */
export function describeConnectionError(error: unknown, url: string): string {
  const target = readTarget(url);
  if (target === undefined) {
    return 'DATABASE_URL is not an address of the form postgres://user:password@host:port/database.';
  }
  const { code, message } = error as { code?: string; message?: string };
  const where = `DATABASE_URL: PostgreSQL at ${target.host}:${target.port} (database "${target.database}", user "${target.user}")`;
  const timedOut = /timeout|Connection terminated/.test(message ?? '');
  const why = explain(code, target) ?? (timedOut ? 'it does not answer as PostgreSQL does.' : undefined);
  const firstLine = (message ?? String(error)).split('\n')[0];
  return `${where} cannot be used: ${why ?? firstLine}`;
}

async function connect(url: string): Promise<pg.Client> {
  const until = performance.now() + STARTING_UP_WITHIN_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      const isStarting = (error as { code?: string }).code === '57P03';
      if (!isStarting || performance.now() > until) throw error;
      await pause(200);
    }
  }
}

/** Clients that begin a transaction each, to see whether one gets the connection of another. */
const POOLER_PROBES_MAX = 4;

interface ServerFacts {
  version: string;
  /** The process that answers this client at this moment. */
  pid: number;
  number: number;
  encoding: string;
  standby: boolean;
  readOnly: boolean;
}

async function readFacts(client: pg.Client): Promise<ServerFacts | undefined> {
  const { rows } = await client.query<ServerFacts>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
            pg_backend_pid() as pid, current_setting('server_encoding') as encoding, pg_is_in_recovery() as standby,
            current_setting('transaction_read_only')::boolean as "readOnly"`,
  );
  return rows[0];
}

/**
 * Whether what listens there gives the connection of an idle client to another one, as poolers in transaction mode do.
 * PostgreSQL itself names at the connect the process that answers later, and is asked nothing more. Behind a pooler other
 * clients begin transactions and hold them: in session mode none of them can get the process of the first one.
 */
async function sharesSessions(url: string, { processID }: ConnectedClient, pid: number): Promise<boolean> {
  if (processID === pid) return false;
  const holders: pg.Client[] = [];
  try {
    for (let probe = 0; probe < POOLER_PROBES_MAX; probe += 1) {
      const holder = await connect(url);
      holders.push(holder);
      await holder.query('begin');
      if ((await readFacts(holder))?.pid === pid) return true;
    }
    return false;
  } finally {
    await Promise.all(holders.map((holder) => holder.end()));
  }
}

/** What `pg` knows of a connection, though its types do not say it. */
type ConnectedClient = pg.Client & { processID?: number | null };

/** What the operator reads of a server that cannot carry Reelay. */
async function examine(url: string, client: pg.Client): Promise<string | undefined> {
  const facts = await readFacts(client);
  const problem = findProblem(facts);
  if (problem !== undefined || facts === undefined) return problem;
  if (!(await sharesSessions(url, client, facts.pid))) return undefined;
  return 'it is behind a pooler in transaction mode, and prepared statements and LISTEN need sessions; give the address of PostgreSQL itself, or set pool_mode = session.';
}

/**
 * Connects and resolves when the server can carry Reelay: PostgreSQL 15 or newer, UTF-8, writable, with sessions.
 * Otherwise throws an OperatorError. Waits up to 30 s for a server that is starting up.
 */
export async function checkServer(url: string): Promise<void> {
  if (readTarget(url) === undefined) throw new OperatorError(describeConnectionError(undefined, url));
  let problem: string | undefined;
  try {
    const client = await connect(url);
    problem = await examine(url, client).finally(() => client.end());
  } catch (error) {
    throw new OperatorError(describeConnectionError(error, url));
  }
  if (problem !== undefined) throw new OperatorError(describeConnectionError(new Error(problem), url));
}

function findProblem(facts: ServerFacts | undefined): string | undefined {
  if (facts === undefined) return 'it does not answer as PostgreSQL does.';
  if (facts.number < VERSION_MIN * 10_000)
    return `it is version ${facts.version}; ${VERSION_MIN} or newer is needed.`;
  if (facts.encoding !== 'UTF8') return `its encoding is ${facts.encoding}; UTF8 is needed.`;
  if (facts.standby) return 'it is a read-only standby; give the address of the primary.';
  if (facts.readOnly) return 'it takes no writes (default_transaction_read_only is on).';
  return undefined;
}
