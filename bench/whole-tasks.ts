// Whole tasks per second: each is created over HTTP, made at a provider that takes no time, fetched, stored,
// settled and called back before it counts. A fixed number is always under way: each callback triggers the
// next create.
import { connect } from 'node:net';
import { type Bench, type BenchOptions, printFigures, printLine, quantile, sleep } from './bench.ts';
import { postRequest } from './load.ts';
import { HOST } from './processes.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import { CREATE_PATH, describeCpu, openStage, readCpu, type Stage } from './stage.ts';

const UNDER_WAY = 512;
const CONNECTIONS = 16;
const WARM_UP_MS = 5_000;
const PER_SECOND_MIN = 600;
const RUN_MS = 20;
const ACCOUNTS = 8;

/** Sends creates over a few connections, one after the other on each; their answers are only counted. */
async function openCreator(port: number, onRefused: (head: string) => void) {
  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect(port, HOST);
      socket.setNoDelay(true);
      socket.setEncoding('latin1');
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      socket.on('data', (chunk) => {
        const text = String(chunk);
        if (text.startsWith('HTTP/1.1') && !text.startsWith('HTTP/1.1 200')) onRefused(text.slice(0, 400));
      });
      return socket;
    }),
  );
  let turn = 0;
  return {
    send: (request: string) => sockets[turn++ % CONNECTIONS].write(request),
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function requestsOf(stage: Stage, receiver: Receiver): string[] {
  return stage.clients.map((client) =>
    postRequest(
      CREATE_PATH,
      JSON.stringify({
        model: 'bytedance/seedance1-0-pro-t2v',
        callback_url: receiver.urlFor(client),
        input: { prompt: 'A lantern on a quay', resolution: '480p', duration: 2 },
      }),
      { 'x-api-key': client.key },
    ),
  );
}

async function measure(stage: Stage, { quick }: BenchOptions): Promise<void> {
  const seconds = quick ? 5 : 20;
  let next: (() => void) | undefined;
  const receiver = await openReceiver(stage.clients, () => next?.());
  const server = await stage.startServer('serve');
  let refused: string | undefined;
  const creator = await openCreator(server.port, (head) => {
    refused ??= head;
  });
  try {
    const requests = requestsOf(stage, receiver);
    let sent = 0;
    next = () => creator.send(requests[sent++ % requests.length]);
    for (let at = 0; at < UNDER_WAY; at++) next();
    await sleep(quick ? WARM_UP_MS / 2 : WARM_UP_MS);
    const [before, cpu, beganMs] = [receiver.succeeded, readCpu(stage, server), performance.now()];
    const eachSecond: number[] = [];
    for (let at = 1; at <= seconds; at++) {
      const before = receiver.succeeded;
      await sleep(beganMs + at * 1000 - performance.now());
      eachSecond.push(receiver.succeeded - before);
    }
    const [count, elapsedSeconds] = [receiver.succeeded - before, (performance.now() - beganMs) / 1000];
    next = undefined;
    if (refused !== undefined) throw new Error(`a create was refused: ${refused}`);
    if (receiver.wrong > 0) throw new Error(`${receiver.wrong} callbacks were no successes`);
    printFigures([
      {
        name: `whole tasks, ${UNDER_WAY} under way`,
        value: count / elapsedSeconds,
        unit: 'a second',
        atLeast: PER_SECOND_MIN,
      },
      { name: 'the slowest second', value: quantile(eachSecond, 0), unit: 'a second' },
    ]);
    printLine(describeCpu(cpu, readCpu(stage, server), { seconds: elapsedSeconds, count }));
  } finally {
    creator.close();
    await receiver.close();
  }
}

export const wholeTasksBench: Bench = {
  name: 'whole-tasks',
  about: 'tasks a second from create to signed callback',
  async run(options) {
    const stage = await openStage({
      dataDir: options.dataDir,
      accounts: ACCOUNTS,
      emulators: { ark: { settings: { queueMs: 0, runMs: RUN_MS } } },
    });
    try {
      await measure(stage, options);
    } finally {
      await stage.close();
    }
  },
};
