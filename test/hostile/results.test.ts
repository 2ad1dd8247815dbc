// Results at addresses that must not be fetched: on private networks, on this machine, behind redirects, on
// hosts that are not the provider's; and results that are not what they should be. A local name server and
// one loopback address that counts as public stand for the internet.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { drawFile } from '../../emulators/core/video.ts';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import { classifyAddress } from '../../server/src/lib/addresses.ts';
import { createGuardedFetch } from '../../server/src/lib/guarded-fetch.ts';
import { describeUnfetched } from '../../server/src/work/outcome.ts';
import { page, startOtherServer } from './other-servers.ts';
import { startStage } from './stage.ts';
import { REPLICATE_MODEL, type Target } from './targets.ts';

const SHORT = 'operator/short-t2v';

/** A model of Ark with a time limit of three seconds, and one that only Replicate has. */
function writeModels(): string {
  const find = (name: string) => readShippedModels().find(({ model }) => model === name);
  const short = { ...find('bytedance/seedance1-0-pro-fast-t2v'), model: SHORT, deadline_minutes: 0.05 };
  const wan = find('wan/v2-2-t2v');
  const offers = wan?.offers.filter(({ provider }) => provider === 'replicate');
  const file = join(mkdtempSync(join(tmpdir(), 'reelay-models-')), 'models.json');
  writeFileSync(file, JSON.stringify({ models: [short, { ...wan, model: REPLICATE_MODEL, offers }] }));
  return file;
}

/** Replaces the internet's name servers. */
const NAMES: Record<string, string[]> = {
  'cdn.example.test': ['127.0.0.2'],
  'v3.fal.media': ['127.0.0.2'],
  'replicate.delivery': ['127.0.0.2'],
  'not-fal.media': ['127.0.0.2'],
  'fal.media.example.test': ['127.0.0.2'],
  'files.googleusercontent.com': ['127.0.0.2'],
  'inside.example.test': ['10.0.0.7'],
  'metadata.example.test': ['169.254.169.254'],
  'half.example.test': ['127.0.0.2', '10.0.0.7'],
  'mapped.example.test': ['::ffff:192.168.1.1'],
};

const video = await drawFile({ kind: 'mp4', width: 64, height: 64, seconds: 1 });
/** A server that must never be reached. */
const inside = await startOtherServer(page(200));
const insidePort = new URL(inside.url).port;

/** A host of results; the path says how it behaves. */
const cdn = await startOtherServer((response, { url }) => {
  const { pathname, searchParams } = new URL(url, 'http://cdn');
  switch (pathname) {
    case '/redirect':
      response.writeHead(302, { location: searchParams.get('to') ?? '' }).end();
      return;
    case '/packed':
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-encoding': 'gzip, br' }).end(video);
      return;
    case '/picture.jpg':
      response
        .writeHead(200, { 'content-type': 'image/jpeg' })
        .end(Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.alloc(200)]));
      return;
    case '/clip.mp4':
      // Named and announced as MP4, but QuickTime by its bytes.
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-encoding': 'aws-chunked' });
      response.end(Buffer.concat([Buffer.from('\0\0\0\x14ftypqt  \0\0\0\0qt  ', 'latin1'), video]));
      return;
    case '/empty':
      response.writeHead(200, { 'content-length': '0' }).end();
      return;
    case '/part':
      response.writeHead(206).end(video);
      return;
    case '/trickle': {
      response.writeHead(200, { 'content-type': 'video/mp4' });
      const timer = setInterval(() => response.write('.'), 100);
      response.once('close', () => clearInterval(timer));
      return;
    }
    default:
      response.writeHead(200, { 'content-type': 'video/mp4' }).end(video);
  }
}, '127.0.0.2');
// Registered first, so that they end last: a stopping server has to break off what they are still sending.
afterAll(() => Promise.all([cdn.close(), inside.close()]));

const stage = await startStage(
  ['ark', 'vidu', 'fal', 'replicate', 'kling', 'google-veo', 'bytedance-effects'],
  {
    REELAY_MODELS: writeModels(),
    REELAY_RESULT_MINUTES_MAX: '0.02',
  },
);
const { core } = stage.upstreams;
const strict = createGuardedFetch({
  allowLoopback: false,
  urlCharactersMax: 16_384,
  connectTimeoutMs: 2_000,
  resolve: async (host) => NAMES[host] ?? [],
  classify: (address) => (address === '127.0.0.2' ? 'public' : classifyAddress(address)),
});
core.sockets.strict = strict;

const cdnPort = new URL(cdn.url).port;

const at = (host: string, path = '/video.mp4') => `http://${host}:${cdnPort}${path}`;
const redirect = (to: string) => at('cdn.example.test', `/redirect?${new URLSearchParams({ to })}`);

function target(id: string): Target {
  const found = stage.targets.find((one) => one.id === id);
  if (!found) throw new Error(`no target ${id}`);
  return found;
}

/** A task at a provider that reports its result at this address. */
async function runWithResult(id: string, url: string) {
  if (id === 'replicate') await core.credentials.change('replicate/emulator', { enabled: true });
  stage.emulator(id).addFault({ on: 'start', kind: 'result_url', url });
  return stage.run(target(id));
}

beforeEach(async () => {
  // If fal fails, the task would move on to Replicate.
  await core.credentials.change('replicate/emulator', { enabled: false });
  cdn.arrived.length = 0;
  for (const { id } of stage.targets) stage.emulator(id).clearFaults();
});

/** Providers whose results may be anywhere. */
const ANYWHERE = ['ark', 'vidu', 'kling'];

/** What the log says; a client only reads that the address was refused. */
const PRIVATE = /^The result's address was refused; it leads to a private or reserved network$/;
const HERE = /^The result's address was refused; it leads to this machine$/;
const REFUSED = `${describeUnfetched('video')}. The result's address was refused`;

describe('a result', () => {
  it.each<[string, string, RegExp]>([
    ['on a private network', 'http://10.0.0.7/video.mp4', PRIVATE],
    ['at the address of a cloud’s own data', 'http://169.254.169.254/latest/meta-data/', PRIVATE],
    ['on a private network of IPv6', 'http://[fd00::1]/video.mp4', PRIVATE],
    ['on a private network, mapped', 'http://[::ffff:10.0.0.7]/video.mp4', PRIVATE],
    ['on this machine', `http://127.0.0.1:${insidePort}/video.mp4`, HERE],
    ['on this machine by IPv6', `http://[::1]:${insidePort}/video.mp4`, HERE],
    ['on this machine by its name', `http://localhost:${insidePort}/video.mp4`, HERE],
    ['on this machine by a number', `http://2130706433:${insidePort}/video.mp4`, HERE],
    ['at a name of a private network', 'http://inside.example.test/video.mp4', PRIVATE],
    ['at a name of a cloud’s own data', 'http://metadata.example.test/latest/', PRIVATE],
    ['at a name that is private in part', 'http://half.example.test/video.mp4', PRIVATE],
    ['at a name of a mapped private address', 'http://mapped.example.test/video.mp4', PRIVATE],
    ['at a port of mail or shells', 'http://cdn.example.test:22/', /its port is not allowed/],
    ['behind a password', `http://user:password@cdn.example.test:${cdnPort}/`, /a user name or password/],
    ['in a file of this machine', 'file:///etc/passwd', /it must begin with http/],
    ['nowhere', 'video.mp4', /it is not an address/],
    ['at an address without end', at('cdn.example.test', `/${'a'.repeat(17_000)}`), /longer than 16384 char/],
    ['behind a redirect to a private network', redirect('http://10.0.0.7/video.mp4'), PRIVATE],
    ['behind a redirect to a private name', redirect('http://inside.example.test/video.mp4'), PRIVATE],
    ['behind a redirect to this machine', redirect(`http://127.0.0.1:${insidePort}/video.mp4`), HERE],
    ['behind two redirects', redirect(redirect('http://169.254.169.254/')), PRIVATE],
    ['behind a redirect to a file', redirect('file:///etc/passwd'), /it must begin with http/],
  ])('%s is never fetched', async (_where, url, words) => {
    for (const { id, task } of await Promise.all(
      ANYWHERE.map(async (name) => ({ id: name, task: await runWithResult(name, url) })),
    )) {
      expect({ id, credits: task.credits, error: task.result?.error }).toEqual({
        id,
        credits: 0,
        error: 'generation_failed',
      });
      expect(task.result?.message).toBe(REFUSED);
      const { id: credentialId } = await core.credentials.find(`${id}/emulator`);
      expect(stage.lines('result.not_fetched', task.task_id)).toEqual([
        expect.objectContaining({ provider: id, credentialId, detail: expect.stringMatching(words) }),
      ]);
      expect(JSON.stringify(stage.lines('result.not_fetched', task.task_id))).not.toMatch(
        /10\.0\.0|127\.0|169\.254|example\.test/,
      );
    }
    expect(inside.arrived).toEqual([]);
  });

  it('that redirects to itself without end is given up', async () => {
    const task = await runWithResult('ark', at('cdn.example.test', '/redirect?to='));
    expect(task.result).toMatchObject({
      error: 'generation_failed',
      message: expect.stringMatching(/too many/),
    });
    expect(cdn.arrived.length).toBeLessThan(6);
  });

  it.each([
    ['fal', 'cdn.example.test'],
    ['replicate', 'cdn.example.test'],
    ['fal', 'not-fal.media'],
    ['fal', 'fal.media.example.test'],
    ['google-veo', 'cdn.example.test'],
  ])('of %s at %s, which is not its host, is never fetched', async (id, host) => {
    const task = await runWithResult(id, at(host));
    expect(task.result).toMatchObject({
      error: 'generation_failed',
      message: REFUSED,
    });
    expect(stage.lines('result.not_fetched', task.task_id)).toEqual([
      expect.objectContaining({
        detail: "The result's address was refused; its host is not one that this provider is known to use",
      }),
    ]);
    expect(cdn.arrived).toEqual([]);
  });

  it.each([
    ['ark', 'cdn.example.test'],
    ['fal', 'v3.fal.media'],
    ['replicate', 'replicate.delivery'],
    ['google-veo', 'files.googleusercontent.com'],
  ])('of %s at its host %s is fetched without a key', async (id, host) => {
    const task = await runWithResult(id, at(host));
    expect(task.status).toBe('success');
    expect(cdn.arrived.length).toBe(1);
    expect(cdn.arrived[0].text).not.toMatch(/authorization|x-goog-api-key|cookie/i);
  });

  it('that redirects from the host with the key to another one does not take the key along', async () => {
    stage.emulator('google-veo').set({ downloadOrigin: `http://files.googleusercontent.com:${cdnPort}` });
    const task = await stage.run(target('google-veo'));
    stage.emulator('google-veo').set({ downloadOrigin: '' });
    expect(task.status).toBe('success');
    expect(cdn.arrived.length).toBe(1);
    expect(cdn.arrived[0].text).not.toMatch(/authorization|x-goog-api-key/i);
  });

  it('whose address carries the account’s key is fetched, and its address is shown to nobody', async () => {
    const [secret] = Object.values(target('ark').secrets);
    const query = new URLSearchParams({ key: secret });
    expect((await runWithResult('ark', at('cdn.example.test', `/video.mp4?${query}`))).status).toBe(
      'success',
    );
    const refused = await runWithResult('ark', `http://inside.example.test/video.mp4?${query}`);
    expect(refused.result?.message).toBe(REFUSED);
  });
});

it('of an effect on a private network is never fetched', async () => {
  const task = await runWithResult('bytedance-effects', 'http://10.0.0.7/video.mp4');
  expect(task.result).toMatchObject({ error: 'generation_failed', message: REFUSED });
});

describe('a file', () => {
  it.each<[string, RegExp]>([
    ['/packed', /compressed more than once/],
    ['/empty', /The result is an empty file/],
  ])('like %s is refused with a sentence', async (path, words) => {
    const task = await runWithResult('ark', at('cdn.example.test', path));
    expect(task.result).toMatchObject({ error: 'generation_failed', message: expect.stringMatching(words) });
  });

  it('of an unusual type is kept under its own name', async () => {
    const task = await runWithResult('replicate', at('replicate.delivery', '/picture.jpg'));
    expect(task.status).toBe('success');
    expect(task.result?.media_urls[0]).toMatch(/\/image\.jpg\?/);
  });

  it('D7: is kept as the type of its bytes, whatever its announced type', async () => {
    const task = await runWithResult('ark', at('cdn.example.test', '/clip.mp4'));
    expect(task.status).toBe('success');
    expect(task.result?.media_urls[0]).toMatch(/\/video\.mov\?/);
  });

  it.each(['ark', 'fal', 'kling'])('of announced 20 GB is refused before it is read, of %s', async (id) => {
    stage.emulator(id).addFault({ on: 'download', kind: 'huge', bytes: 20_000_000_000 });
    const task = await stage.run(target(id));
    expect(task.result).toMatchObject({
      error: 'generation_failed',
      message: expect.stringMatching(/larger than the 2147483648 bytes allowed/),
    });
  });

  it('that trickles is cut off when the time of its task is over, and is fetched exactly once more', async () => {
    const ark = stage.emulator('ark');
    ark.addFault({ on: 'start', kind: 'result_url', url: at('cdn.example.test', '/trickle') });
    const task = await stage.run({ ...target('ark'), model: SHORT });
    expect(task.result).toMatchObject({ error: 'task_expired' });
    // The second time is for a late result; it trickles until the server stops.
    // Results that other tests gave up are requested, too.
    const trickles = () => cdn.arrived.filter(({ url }) => url.includes('/trickle')).length;
    await expect.poll(trickles).toBe(2);
    for (let looks = 0; looks < 3; looks++) {
      const { poll: before } = ark.requestCounts();
      await core.pool.query('update attempts set look_at = now() where task_id = $1 and ended_at is null', [
        task.task_id,
      ]);
      await expect.poll(() => ark.requestCounts().poll).toBeGreaterThan(before);
    }
    expect(trickles()).toBe(2);
    await expect.poll(() => readdir(join(core.config.dataDir, 'staging'))).toHaveLength(1);
  });
});
