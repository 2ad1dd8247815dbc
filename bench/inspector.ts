// Looks into a running process through its inspector: which functions ran, which of them ran first, and who called them.
// It slows the process down, so nothing is timed here.
import { createServer } from 'node:net';
import { HOST } from './processes.ts';

/** A function of the process, by its place in the source that runs. */
export interface RanFunction {
  scriptId: string;
  url: string;
  name: string;
  start: number;
  end: number;
}

/** What is under way as a function is called: it and its callers, those that await it too, innermost first. */
export type CallChain = readonly { url: string; name: string }[];

interface AsyncStack {
  /** `await`, or what else led here: a timer, a promise. */
  description?: string;
  callFrames: { scriptId: string; functionName: string }[];
  parent?: AsyncStack;
}

interface Paused {
  callFrames: { location: { scriptId: string }; functionName: string }[];
  asyncStackTrace?: AsyncStack;
  hitBreakpoints: string[];
}

interface Coverage {
  result: {
    scriptId: string;
    url: string;
    functions: {
      functionName: string;
      ranges: { startOffset: number; endOffset: number; count: number }[];
    }[];
  }[];
}

interface Place {
  scriptId: string;
  lineNumber: number;
  columnNumber: number;
}

/** Callers that wait, of callers that wait. */
const ASYNC_DEPTH = 64;

/** A port that is free now, for a process that is about to start with `--inspect`. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export class Inspector {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #count = 0;
  #onPaused: ((paused: Paused) => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data))));
  }

  /** Opens the inspector of the process that listens on the port, and begins to count calls. */
  static async open(port: number): Promise<Inspector> {
    const [target] = (await (await fetch(`http://${HOST}:${port}/json/list`)).json()) as [
      { webSocketDebuggerUrl: string },
    ];
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    const inspector = new Inspector(socket);
    await inspector.#ask('Profiler.enable');
    await inspector.#ask('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    return inspector;
  }

  close(): void {
    this.#socket.close();
  }

  /** The functions below an address that were called since the last call of this. The code of a module itself is none. */
  async takeRan(urlPart: string): Promise<RanFunction[]> {
    const { result } = await this.#ask<Coverage>('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => url.includes(urlPart))
      .flatMap(({ scriptId, url, functions }) =>
        functions
          .map(({ functionName: name, ranges: [{ startOffset: start, endOffset: end, count }] }) => {
            return { scriptId, url, name, start, end, count };
          })
          .filter(({ name, start, count }) => count > 0 && (name !== '' || start > 0)),
      );
  }

  /**
   * Stops at the first call of each of the functions while the work is done.
   * @returns the chains of calls at these stops, in their order.
   */
  async watchFirstCalls(functions: readonly RanFunction[], work: () => Promise<void>): Promise<CallChain[]> {
    await this.#ask('Debugger.enable');
    await this.#ask('Debugger.setAsyncCallStackDepth', { maxDepth: ASYNC_DEPTH });
    await this.#ask('Debugger.setBreakpointsActive', { active: false });
    // All at once: an answer of the inspector takes its time, and many take no longer.
    const byScript = Map.groupBy(functions, ({ scriptId }) => scriptId);
    await Promise.all([...byScript].map(([scriptId, own]) => this.#stopIn(scriptId, own)));
    const stops: Paused[] = [];
    const goingOn: Promise<unknown>[] = [];
    this.#onPaused = (paused) => {
      stops.push(paused);
      for (const breakpointId of paused.hitBreakpoints)
        goingOn.push(this.#ask('Debugger.removeBreakpoint', { breakpointId }));
      goingOn.push(this.#ask('Debugger.resume'));
    };
    await this.#ask('Debugger.setBreakpointsActive', { active: true });
    await work();
    await this.#ask('Debugger.setBreakpointsActive', { active: false });
    await Promise.all(goingOn);
    await this.#ask('Debugger.disable');
    const urls = new Map(functions.map(({ scriptId, url }) => [scriptId, url]));
    return stops.map((paused) =>
      callsOf(paused).map(({ scriptId, name }) => ({ url: urls.get(scriptId) ?? '', name })),
    );
  }

  /** Puts a stop at the first place of each function of one script where the debugger can stop. */
  async #stopIn(scriptId: string, functions: readonly RanFunction[]): Promise<void> {
    const { scriptSource } = await this.#ask<{ scriptSource: string }>('Debugger.getScriptSource', {
      scriptId,
    });
    const lines = scriptSource.split('\n');
    const offsets = new Uint32Array(lines.length);
    for (let at = 1; at < lines.length; at++) offsets[at] = offsets[at - 1] + lines[at - 1].length + 1;
    const { locations } = await this.#ask<{ locations: Place[] }>('Debugger.getPossibleBreakpoints', {
      start: { scriptId, lineNumber: 0, columnNumber: 0 },
    });
    const firstOf = ({ start, end }: RanFunction) =>
      locations.find(({ lineNumber, columnNumber }) => {
        const offset = offsets[lineNumber] + columnNumber;
        return offset >= start && offset < end;
      });
    // A function that does nothing but hold another one shares its place.
    for (const location of new Set(functions.map(firstOf))) {
      if (location) await this.#ask('Debugger.setBreakpoint', { location });
    }
  }

  #ask<Answer>(method: string, params: object = {}): Promise<Answer> {
    const id = ++this.#count;
    return new Promise<Answer>((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #receive(message: { id?: number; method?: string; params?: Paused; result?: never; error?: Error }): void {
    if (message.method === 'Debugger.paused' && message.params) this.#onPaused?.(message.params);
    const waiting = message.id === undefined ? undefined : this.#answers.get(message.id);
    if (!waiting) return;
    this.#answers.delete(Number(message.id));
    if (message.error) waiting.reject(new Error(message.error.message));
    else waiting.resolve(message.result as never);
  }
}

function callsOf({ callFrames, asyncStackTrace }: Paused): { scriptId: string; name: string }[] {
  const calls = callFrames.map(({ location: { scriptId }, functionName: name }) => ({ scriptId, name }));
  for (let stack = asyncStackTrace; stack?.description === 'await'; stack = stack.parent)
    calls.push(...stack.callFrames.map(({ scriptId, functionName: name }) => ({ scriptId, name })));
  return calls;
}
