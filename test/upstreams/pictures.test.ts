// Uploads of a server without a public address, in tasks of live keys: the provider gets the bytes, or
// nothing begins.
import { describe, expect, it } from 'vitest';
import { drawFile } from '../../emulators/core/video.ts';
import { JOBS, startUpstreams } from '../stage/upstreams.ts';

/** Another network than the emulators', as with real providers. */
const PUBLIC_URL = 'http://10.9.9.9:8080';
const upstreams = await startUpstreams({
  emulators: { kling: {}, runway: {}, ark: {}, 'bytedance-effects': {}, fal: {} },
});
upstreams.core.publicUrl.value = PUBLIC_URL;

async function upload(type: string, ext: string, bytes: Uint8Array): Promise<string> {
  const query = new URLSearchParams({ content_type: type, ext });
  const answer = await fetch(`${upstreams.url}${JOBS.replace('job', 'files')}/upload-url?${query}`, {
    headers: { 'x-api-key': upstreams.key },
  });
  const { data } = (await answer.json()) as { data: { presigned_url: string; file_url: string } };
  const put = await fetch(data.presigned_url.replace(PUBLIC_URL, upstreams.url), {
    method: 'PUT',
    headers: { 'content-type': type },
    body: bytes,
  });
  expect(put.status).toBe(200);
  return data.file_url;
}

const picture = await upload('image/png', '.png', await drawFile({ kind: 'png', width: 64, height: 64 }));
const clip = await upload(
  'video/mp4',
  '.mp4',
  await drawFile({ kind: 'mp4', width: 64, height: 64, seconds: 1 }),
);

async function errorsOf(model: string, input: Parameters<typeof upstreams.create>[1]): Promise<string[]> {
  const before = await upstreams.balance();
  const { status, body } = await upstreams.create(model, input);
  expect([status, await upstreams.balance()]).toEqual([422, before]);
  return body.errors ?? [];
}

describe('D3: an upload of a server that the provider cannot reach', () => {
  it.each(['kling/v3-i2v', 'runway/gen4-5-i2v', 'bytedance/seedance1-0-pro-i2v'])(
    'is sent as bytes if the provider takes bytes: %s',
    async (model) => {
      const id = await upstreams.begin(model, { prompt: 'x', img_urls: [picture] });
      expect((await upstreams.end(id)).status).toBe('success');
    },
  );

  it('is refused at create if the provider fetches it itself, with what to set', async () => {
    const template = { template_id: '104909826', img_urls: [picture], resolution: '720p' };
    await upstreams.core.catalog.importTemplates('bytedance', [
      {
        TemplateId: '104909826',
        ServiceId: '7',
        InputNum: 1,
        ConsumeItems: [{ Resolution: '720p', Credit: 1 }],
      },
    ]);
    const words = /cannot reach; give an address on the internet, or have an operator set PUBLIC_URL/;
    expect(await errorsOf('bytedance/template', template)).toEqual([expect.stringMatching(words)]);
    const clips = { prompt: 'x', reference_videos: [clip] };
    expect(await errorsOf('bytedance/seedance2-0-r2v', clips)).toEqual([expect.stringMatching(words)]);
  });

  it.each(['http://192.168.1.7/a.png', 'http://nas.local/a.png', 'http://nas/a.png'])(
    'and so is %s, which no provider can reach',
    async (url) => {
      expect(await errorsOf('kling/v3-i2v', { prompt: 'x', img_urls: [url] })).toEqual([
        'input.img_urls[0]: leads to this machine or to a private network, where no provider can reach it',
      ]);
    },
  );

  it('is not named in the address for callbacks', async () => {
    const id = await upstreams.begin('kling/v3-t2v', { prompt: 'x' });
    expect((await upstreams.end(id)).status).toBe('success');
    const [job] = upstreams.emulators.get('kling')?.accepted().slice(-1) ?? [];
    expect(job.token).not.toContain('10.9.9.9');
  });
});

describe('A6: a field that an offer cannot do', () => {
  it('is refused at create if no other offer is left, and otherwise passed over', async () => {
    const model = 'bytedance/seedance1-0-pro-t2v';
    const input = { prompt: 'x', resolution: '480p', return_last_frame: true };
    const before = upstreams.emulators.get('fal')?.accepted().length;
    const id = await upstreams.begin(model, input);
    expect((await upstreams.end(id)).result?.media_urls).toHaveLength(2);
    const accounts = await upstreams.core.credentials.list();
    const ark = accounts.find(({ provider }) => provider === 'ark');
    await upstreams.core.credentials.change(String(ark?.id), { enabled: false });
    expect(await errorsOf(model, input)).toEqual([
      'input.return_last_frame: This offer cannot do what "return_last_frame" asks for: it takes only false',
    ]);
    expect(upstreams.emulators.get('fal')?.accepted().length).toBe(before);
  });
});
