// Files within answers, over real sockets and onto a real disk.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../lib/json.ts';
import { systemClock } from '../lib/time.ts';
import { submit } from './answers.ts';
import { type Answerer, answerHuge, answerWith, startReplay } from './conformance-replay.ts';
import type { CallContext } from './contract.ts';
import { createProviderHttp, createProviderSockets } from './http.ts';

const replay = await startReplay();
const folder = await mkdtemp(join(tmpdir(), 'carried-'));
let hasRoom = true;
const sockets = {
  ...createProviderSockets(systemClock, 5_000),
  staging: {
    newPath: () => join(folder, randomUUID()),
    checkRoom: async () => {
      if (!hasRoom) throw new Error('full');
    },
  },
};
afterAll(async () => {
  await sockets.close();
  await replay.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  hasRoom = true;
});

const http = createProviderHttp(sockets, { id: 'one', fields: { base_url: replay.base } }, []);
const call = { method: 'POST', path: '/images', json: {}, files: ['b64_json'] } as const;

/** The text as it is, in pieces of a few bytes: each place is once the end of a piece. */
function answerInPieces(text: string): Answerer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (let at = 0; at < text.length; at += 3) response.write(text.slice(at, at + 3));
    response.end();
  };
}

async function ask(answer: Answerer) {
  replay.answer = answer;
  const { json, files = [] } = await http.call(call);
  const contents = await Promise.all(files.map((path) => readFile(path)));
  return { json, files, contents };
}

describe('an answer with files', () => {
  it('has their paths in place of their texts, and their bytes on the disk', async () => {
    const [first, second] = [randomBytes(100_000), randomBytes(1)];
    const { json, files, contents } = await ask(
      answerWith(200, {
        created: 7,
        data: [
          { b64_json: first.toString('base64'), revised_prompt: 'a "b64_json": "kettle"' },
          { b64_json: null },
          { b64_json: second.toString('base64') },
        ],
        b64_json: ['not a file'],
      }),
    );
    expect(contents).toEqual([first, second]);
    expect(json).toEqual({
      created: 7,
      data: [
        { b64_json: files[0], revised_prompt: 'a "b64_json": "kettle"' },
        { b64_json: null },
        { b64_json: files[1] },
      ],
      b64_json: ['not a file'],
    });
    // The whole answer was on the disk too.
    expect((await readdir(folder)).sort()).toEqual(files.map((path) => path.slice(folder.length + 1)).sort());
  });

  it('may be written in any spelling of JSON, and cut anywhere', async () => {
    const bytes = Buffer.from([0xfb, 0xff, 0xfe, 1]);
    const text = bytes.toString('base64').replaceAll('/', '\\/').replaceAll('=', '\\u003D');
    expect(text).toBe('+\\/\\/+AQ\\u003D\\u003D');
    const { json, files, contents } = await ask(
      answerInPieces(`{ "say\\"" : "\\\\", "b64_json" \n:\t"${text}", "n": [1, {"b64_json": ""}]}`),
    );
    expect(contents).toEqual([bytes, Buffer.alloc(0)]);
    expect(json).toEqual({ 'say"': '\\', b64_json: files[0], n: [1, { b64_json: '' }] });
  });

  it.each<[string, Answerer]>([
    ['a page of HTML', answerWith(200, '<html><body>"b64_json":"QUJD"</body></html>')],
    ['half of itself', answerInPieces(`{"data":[{"b64_json":"${'QUJD'.repeat(99)}`)],
    ['more than a file and a little', answerWith(200, { b64_json: 'QUJD', more: 'x'.repeat(2_000_000) })],
    ['33 files', answerWith(200, Array.from({ length: 33 }, () => ({ b64_json: 'QUJD' })) as Json)],
  ])('is no JSON when it is %s, and leaves nothing on the disk', async (_what, answer) => {
    const before = await readdir(folder);
    expect(await ask(answer)).toMatchObject({ json: undefined, files: [] });
    expect(await readdir(folder)).toEqual(before);
  });

  it.each<[string, Answerer]>([
    ['of 200 MB', answerHuge(200_000_000)],
    [
      'that breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"b64_json":"QUJD', () => response.destroy());
      },
    ],
  ])('%s is lost, and leaves nothing on the disk', async (_what, answer) => {
    const before = await readdir(folder);
    replay.answer = answer;
    await expect(http.call(call)).rejects.toMatchObject({ name: 'CallFailed', maybeSent: true });
    expect(await readdir(folder)).toEqual(before);
  });

  it('is not asked for while the disk is full', async () => {
    hasRoom = false;
    replay.received.length = 0;
    await expect(http.call(call)).rejects.toMatchObject({ reason: 'unavailable', maybeSent: false });
    expect(replay.received).toEqual([]);
  });

  it('that is refused is read as any other', async () => {
    const error = { error: { code: 'moderation_blocked' } };
    expect(await ask(answerWith(400, error))).toMatchObject({ json: error, files: [] });
  });
});

it('the files of a start that no result names are removed', async () => {
  const before = await readdir(folder);
  replay.answer = answerWith(200, [{ b64_json: 'QUJD' }, { b64_json: 'REVG' }]);
  const context = { http } as CallContext;
  const outcome = await submit(context, call, {
    failure: () => undefined,
    accepted: (json) => {
      const [, { b64_json: path }] = json as { b64_json: string }[];
      const outputs = [{ kind: 'image', contentType: 'image/png', path } as const];
      return { success: { outputs, usage: {}, modelVersion: 'm' } };
    },
  });
  expect(outcome.type).toBe('made');
  const left = (await readdir(folder)).filter((name) => !before.includes(name));
  expect(await Promise.all(left.map((name) => readFile(join(folder, name), 'utf8')))).toEqual(['DEF']);
});
