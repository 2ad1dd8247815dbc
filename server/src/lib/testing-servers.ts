// Servers and guarded fetches that are closed after each test. Only for tests.
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, expect } from 'vitest';
import { createGuardedFetch, type GuardedFetch, type GuardedFetchSettings } from './guarded-fetch.ts';
import { FetchFailed } from './guarded-fetch-errors.ts';

/** Makers of fetches and servers; whatever they make in a test ends with it. */
export function useServers() {
  let closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.toReversed()) await close();
    closers = [];
  });

  function startFetch(settings: GuardedFetchSettings): GuardedFetch {
    const made = createGuardedFetch(settings);
    closers.push(() => made.close());
    return made;
  }

  async function listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
  }

  async function serve(listener: RequestListener): Promise<string> {
    return `http://127.0.0.1:${await listen(createServer(listener))}`;
  }

  /** A peer that sends raw bytes, for answers that an HTTP server would not send. */
  async function serveBytes(onConnection: (socket: Socket) => void): Promise<string> {
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      sockets.add(socket);
      // The client closes the connection in most of these tests; the reset is what is wanted.
      socket.on('error', () => socket.destroy());
      socket.resume();
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Closes what was made last, now. */
  async function closeLast(): Promise<void> {
    await closers.pop()?.();
  }

  return { startFetch, listen, serve, serveBytes, closeLast };
}

/** The failure that a fetch ends with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<FetchFailed> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FetchFailed);
  return error as FetchFailed;
}
