// The command `record` as an operator runs it: a real process against an emulator.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { openEmulator } from '../../emulators/core/testing.ts';
import { runwayApi } from '../../emulators/runway/runway.ts';

const MAIN = new URL('../../server/src/main.ts', import.meta.url).pathname;

interface Command {
  process: ChildProcess;
  /** What it has printed so far. */
  printed(): string;
  /** Its exit code. */
  ended: Promise<number | null>;
  folder: string;
}

async function openQuick(settings = {}): Promise<RunningEmulator> {
  return openEmulator(runwayApi, { manualClock: false, settings: { queueMs: 0, runMs: 0, ...settings } });
}

/** Runs it for text-to-video only, with further arguments. */
async function run({ fields }: RunningEmulator, ...more: string[]): Promise<Command> {
  const folder = await mkdtemp(join(tmpdir(), 'record-command-'));
  const process_ = spawn(
    process.execPath,
    [MAIN, 'record', 'runway', '--out', folder, '--only', 'text-to-video', ...more],
    {
      env: {
        PATH: process.env.PATH,
        RUNWAY_BASE_URL: fields.base_url,
        RUNWAYML_API_SECRET: fields.api_key,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let text = '';
  process_.stdout.on('data', (chunk) => (text += chunk));
  process_.stderr.on('data', (chunk) => (text += chunk));
  const ended = new Promise<number | null>((resolve) => process_.once('close', (code) => resolve(code)));
  onTestFinished(async () => {
    process_.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  return { process: process_, printed: () => text, ended, folder };
}

async function untilPrinted(command: Command, words: string): Promise<void> {
  const endMs = performance.now() + 15_000;
  while (!command.printed().includes(words)) {
    if (performance.now() > endMs) throw new Error(`it never said "${words}": ${command.printed()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('shows what the jobs cost and makes none without a yes', async () => {
  const emulator = await openQuick();
  const command = await run(emulator);
  expect(await command.ended).toBe(1);
  expect(command.printed()).toMatch(/text-to-video: runway\/gen4-5-t2v \(720p, 2 s\), about \$0\.240/);
  expect(command.printed()).toContain('add --yes');
  expect(emulator.accepted()).toEqual([]);
});

it('sends a start whose answer is lost only once, and says so', async () => {
  const emulator = await openQuick();
  emulator.addFault({ on: 'start', kind: 'close_after' });
  const command = await run(emulator, '--yes');
  expect(await command.ended).toBe(1);
  expect(command.printed()).toContain('it is not sent again');
  expect(emulator.accepted()).toHaveLength(1);
});

it('writes files and ends with 0 when all is recorded', async () => {
  const emulator = await openQuick();
  const command = await run(emulator, '--yes');
  expect(await command.ended).toBe(0);
  expect((await readdir(command.folder)).sort()).toEqual([
    'poll.recorded-text-to-video-succeeded.json',
    'probe.recorded-bad-key.json',
    'probe.recorded.json',
    'start.recorded-text-to-video.json',
  ]);
  expect(command.printed()).not.toContain(emulator.fields.api_key);
});

it('stops the open job with Ctrl-C, keeps what is recorded, and leaves nothing half written', async () => {
  const emulator = await openQuick({ queueMs: 600_000 });
  const command = await run(emulator, '--yes');
  await untilPrinted(command, 'recorded: poll.recorded-text-to-video-queued.json');
  command.process.kill('SIGINT');
  expect(await command.ended).toBe(1);
  expect(command.printed()).toContain('it was cancelled');
  expect(emulator.jobCounts()).toMatchObject({ queued: 0, running: 0, cancelled: 1 });
  const files = await readdir(command.folder);
  expect(files).toContain('start.recorded-text-to-video.json');
  expect(files.filter((name) => name.endsWith('.part'))).toEqual([]);
});
