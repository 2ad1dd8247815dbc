// A host of pictures and videos for tests of what is copied from elsewhere, and the two fetches that may or may not reach it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { createGuardedFetch } from '../lib/guarded-fetch.ts';

/** Serves what `bodyOf` gives for a path, or 404; ends with the calling test file. `asked` has the paths in their order. */
export async function startMediaHost(bodyOf: (path: string) => string | Buffer | undefined) {
  const asked: string[] = [];
  const host = createServer(({ url = '' }, response) => {
    asked.push(url);
    const body = bodyOf(url);
    if (body === undefined) response.writeHead(404);
    response.end(body);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const { port } = host.address() as AddressInfo;
  const loopback = createGuardedFetch({ allowLoopback: true });
  const strict = createGuardedFetch({ allowLoopback: false });
  afterAll(async () => {
    await Promise.all([loopback.close(), strict.close()]);
    host.close();
  });
  return { url: `http://127.0.0.1:${port}`, asked, loopback, strict };
}
