// How readers of tasks fare while drafts of full size are rendered at the same time, one after the other.
import { type Bench, printLine, quantile, sleep } from './bench.ts';
import { runPaced } from './load.ts';
import { HOST, MAIN, NODE_FLAGS, startServer, stop } from './processes.ts';

const CREATE_PATH = '/api/v1/client/job/CreateTask';
/** Within the read rate of a new key. */
const READS_PER_SECOND = 35;
const SECONDS = 5;

async function measure(dataDir: string): Promise<void> {
  const environment = { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' };
  const server = await startServer([...NODE_FLAGS, MAIN, 'serve', '--json'], environment);
  const key = String(server.line.testKey);
  const headers = { 'x-api-key': key, 'content-type': 'application/json' };
  const input = { prompt: 'A lake in the mountains at sunset', resolution: '1080p', duration: 8 };
  const body = JSON.stringify({ model: 'reelay/draft-t2v', input });
  const address = `http://${HOST}:${server.port}`;
  const startedMs = performance.now();
  const created = await fetch(`${address}${CREATE_PATH}`, { method: 'POST', headers, body });
  const { data } = (await created.json()) as { data: { task_id: string } };
  const url = `${address}/api/v1/client/job/TaskInfo?task_id=${data.task_id}`;
  const timesMs = await runPaced({ url, headers, perSecond: READS_PER_SECOND, seconds: SECONDS });
  const at = (share: number) => quantile(timesMs, share).toFixed(1);
  printLine(
    `TaskInfo while a draft renders: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms at ${READS_PER_SECOND} a second`,
  );
  for (;;) {
    const answer = (await (await fetch(url, { headers })).json()) as { data: { status: string } };
    if (answer.data.status === 'success') break;
    if (answer.data.status === 'failed') throw new Error('the draft failed');
    await sleep(100);
  }
  printLine(`a draft of 8 s in 1080p: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  await stop(server);
}

export const renderingBench: Bench = {
  name: 'rendering',
  about: 'reads while a draft is rendered, and the draft itself',
  run: ({ dataDir }) => measure(dataDir),
};
