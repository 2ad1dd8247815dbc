import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get, until } from './core/testing.ts';
import { EMULATED_APIS } from './emulators.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

interface Run {
  out: string;
  err: string;
  code: number | null | undefined;
  end(signal: 'SIGINT' | 'SIGTERM'): void;
}

/** Runs the command, and ends it with the test whatever happens. */
function runMain(...args: string[]): Run {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const run: Run = { out: '', err: '', code: undefined, end: (signal) => child.kill(signal) };
  child.stdout.on('data', (chunk) => {
    run.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    run.err += chunk;
  });
  child.on('close', (code) => {
    run.code = code;
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return run;
}

describe('the command that runs the emulators', () => {
  it('prints where they are and what to set, and ends cleanly with Ctrl-C', async () => {
    const run = runMain('--port-base', '0');
    await until(() => run.out.includes('Ctrl-C'));
    for (const { id, fields } of EMULATED_APIS) {
      expect(run.out).toMatch(new RegExp(`^${id} .* http://127\\.0\\.0\\.1:\\d+ `, 'm'));
      for (const { environment } of fields)
        expect(run.out).toMatch(new RegExp(`^export ${environment}='.+'$`, 'm'));
    }
    run.end('SIGINT');
    await until(() => run.code !== undefined);
    expect([run.code, run.err]).toEqual([0, '']);
  });

  it('takes the times and the log folder for all of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'emulators-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const log = join(folder, 'new');
    const run = runMain(
      '--only',
      'ark',
      '--port-base',
      '0',
      '--log',
      log,
      '--queue-ms',
      '1',
      '--run-ms',
      '2',
      '--json',
    );
    await until(() => run.out.endsWith('\n'));
    const { ark, ...others } = JSON.parse(run.out);
    expect(others).toEqual({});
    const settings = (await get(`${ark.url}/_control/settings`)).json;
    expect(settings).toMatchObject({ queueMs: 1, runMs: 2 });
    expect(readFileSync(join(log, 'ark.jsonl'), 'utf8')).toBe('');
  });

  it.each([
    [['--colour', 'red'], /^emulators: Unknown option '--colour'.*\n$/],
    [['more'], /^emulators: Unexpected argument 'more'.*\n$/],
    [['--only', 'nobody'], /^emulators: There is no emulator "nobody"; there are ark.*\n$/],
    [['--run-ms', 'soon'], /^emulators: --run-ms is a whole number, not "soon"\n$/],
    [['--port-base', '65530'], /^emulators: --port-base is too high for a port\n$/],
  ])('refuses %j with one line', async (args, message) => {
    const run = runMain(...args);
    await until(() => run.code !== undefined);
    expect([run.code, run.out]).toEqual([1, '']);
    expect(run.err).toMatch(message);
  });

  it('shows its options', async () => {
    const run = runMain('--help');
    await until(() => run.code !== undefined);
    expect([run.code, run.err]).toEqual([0, '']);
    expect(run.out).toMatch(/--port-base <n>/);
  });
});
