// Programs that a measurement starts: each in its own process, as in real use, watched from outside.
import { type ChildProcess, spawn } from 'node:child_process';

export const HOST = '127.0.0.1';
export const MAIN = new URL('../server/src/main.ts', import.meta.url).pathname;
/**
 * As `npm start` runs it: short-lived objects of a request die before they are copied, and are never allocated among the
 * old ones, where only a full collection would find them.
 */
export const NODE_FLAGS = [
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
  '--no-allocation-site-pretenuring',
];

export interface Program {
  child: ChildProcess;
  /** What it printed once it was ready. */
  line: Record<string, unknown>;
  readyMs: number;
}

export interface Server extends Program {
  port: number;
}

/** Starts a program that prints one line of JSON once it is ready. */
export async function startProgram(args: string[], environment: NodeJS.ProcessEnv): Promise<Program> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk)));
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
  });
  return { child, line: JSON.parse(line.split('\n')[0]), readyMs: performance.now() - startedMs };
}

/** The same for a program that answers requests: its line has the `port` or the `address`. */
export async function startServer(args: string[], environment: NodeJS.ProcessEnv): Promise<Server> {
  const program = await startProgram(args, environment);
  const { port, address } = program.line;
  return { ...program, port: Number(port ?? new URL(String(address)).port) };
}

/** Resolves with the last line that it printed. */
export async function stop({ child }: Pick<Program, 'child'>): Promise<string> {
  let printed = '';
  child.stdout?.on('data', (chunk) => {
    printed += chunk;
  });
  if (child.exitCode !== null || child.signalCode !== null) return printed;
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await gone;
  return printed.trim().split('\n').at(-1) ?? '';
}
