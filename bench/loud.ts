// What one account does to be a bad neighbour, in its own process, so that it takes no time from the
// measurement. It gets its part as JSON in the first argument, prints a line when it has begun, and prints
// the answers it got when it is asked to end.
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import type { LoudPart } from './neighbours.ts';
import { HOST } from './processes.ts';

const part = JSON.parse(process.argv[2]) as LoudPart;
const CREATE_PATH = '/api/v1/client/job/CreateTask';
/** Another address of this machine, as another client would have. */
const LOCAL_ADDRESS = '127.0.0.2';
const agent = new Agent({ keepAlive: true });
const counts = new Map<string, number>();
let isOver = false;

function count(outcome: string): void {
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
}

interface Call {
  method?: string;
  path: string;
  body?: string | Buffer;
  type?: string;
}

/** The text of an answer; its status is counted, and so is a broken connection. */
function call({ method = 'GET', path, body, type = 'application/json' }: Call): Promise<string> {
  const headers = { 'x-api-key': part.key, ...(body === undefined ? {} : { 'content-type': type }) };
  const options: RequestOptions = { host: HOST, port: part.port, localAddress: LOCAL_ADDRESS, agent };
  return new Promise((resolve) => {
    const sent = request({ ...options, method, path, headers }, (response: IncomingMessage) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('close', () => {
        count(String(response.statusCode));
        resolve(text);
      });
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      count(error.code ?? 'broken');
      resolve('');
    });
    sent.end(body);
  });
}

async function loop(clients: number, act: () => Promise<unknown>): Promise<void> {
  const one = async () => {
    while (!isOver) {
      await act();
      // An immediate refusal must not become a loop that only this process feels.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
}

/** The bytes are made once: writing out a text would cost this process more than the server. */
function post(text: string): () => Promise<string> {
  const body = Buffer.from(text);
  return () => call({ method: 'POST', path: CREATE_PATH, body });
}

function manyNames(): string {
  const names = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`x${at}`, at]));
  return JSON.stringify({ model: 'reelay/draft-t2v', input: { prompt: 7, ...names } });
}

function largeBody(): string {
  const picture = 'A'.repeat(5 * 1024 * 1024);
  return JSON.stringify({ model: 'reelay/draft-t2v', input: { prompt: 'x', picture } });
}

async function upload(bytes: Buffer): Promise<void> {
  const answer = await call({ path: '/api/v1/client/files/upload-url?content_type=image/png&ext=.png' });
  const link = /"presigned_url":"([^"]+)"/.exec(answer)?.[1];
  if (link === undefined) return;
  const { pathname, search } = new URL(link);
  await call({ method: 'PUT', path: pathname + search, body: bytes, type: 'image/png' });
}

/** A request that was answered and continues to send one byte a second. */
function drip(): void {
  if (isOver) return;
  const socket = connect({ host: HOST, port: part.port, localAddress: LOCAL_ADDRESS });
  const timer = setInterval(() => socket.write('x'), 1_000);
  socket.write('POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n');
  socket.on('data', () => count('answered'));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearInterval(timer);
    setTimeout(drip, 100);
  });
}

function stream(taskId: string): void {
  const path = `/api/v1/client/job/TaskEvents?task_id=${taskId}`;
  const headers = { 'x-api-key': part.key };
  const options = { host: HOST, port: part.port, localAddress: LOCAL_ADDRESS, agent: false, path, headers };
  request(options, (response) => {
    count(String(response.statusCode));
    response.on('error', () => undefined).resume();
  })
    .on('error', () => undefined)
    .end();
}

async function act(): Promise<void> {
  switch (part.does) {
    case 'invalid bodies':
      return loop(16, post(manyNames()));
    case 'large bodies':
      return loop(8, post(largeBody()));
    case 'uploads': {
      const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(8 * 1024 * 1024)]);
      return loop(4, () => upload(png));
    }
    case 'drips':
      for (let at = 0; at < 500; at++) drip();
      return;
    case 'replays': {
      let at = 0;
      const path = '/api/v1/client/account/callback-replay';
      return loop(16, () => {
        const body = JSON.stringify({ callback_id: part.ids[at++ % part.ids.length] });
        return call({ method: 'POST', path, body });
      });
    }
    case 'streams':
      for (let at = 0; at < 200; at++) stream(part.ids[0]);
  }
}

process.on('SIGTERM', () => {
  isOver = true;
  process.stdout.write(`${JSON.stringify(Object.fromEntries(counts))}\n`, () => process.exit());
});
void act();
process.stdout.write('{"atWork":true}\n');
setInterval(() => undefined, 60_000);
