import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { type RenderRequest, toRenderJob } from './map.ts';

function jobOf(input: JsonObject, changes: Partial<RenderRequest> = {}) {
  const plain = { seed: 7, images: [], effect: undefined, outDir: '/nowhere', mark: true };
  return toRenderJob({ input, ...plain, ...changes });
}

const effect = { effect: 'glitch', durationSeconds: 5, aspectRatios: ['3:4', '16:9'] };

describe('toRenderJob', () => {
  it('makes a scene from a prompt, in the pixels of the model that it stands for', () => {
    const job = jobOf({ prompt: 'a lake', resolution: '1080p', aspect_ratio: '21:9', duration: 8 });
    expect(job).toMatchObject({ kind: 'text', width: 2176, height: 928, durationSeconds: 8 });
    expect(job.fit).toBeUndefined();
  });

  it('puts pictures into a scene of the requested ratio, whatever their own ratio is', () => {
    const job = jobOf({ prompt: 'a lake', aspect_ratio: '9:16' }, { images: ['/a.jpg'] });
    expect(job).toMatchObject({ kind: 'reference', width: 720, height: 1280 });
    expect(job.fit).toBeUndefined();
  });

  it('lets the picture choose the ratio of an effect, among those that the template supports', () => {
    const job = jobOf({ template_id: '1', resolution: '480p' }, { images: ['/a.jpg'], effect });
    expect(job).toMatchObject({
      kind: 'effect',
      effect: 'glitch',
      width: 480,
      height: 640,
      fit: { resolution: '480p', aspectRatios: ['3:4', '16:9'] },
    });
  });

  it('draws nothing from a scenario marker in the prompt', () => {
    expect(jobOf({ prompt: 'a lake reelay:slow' }).prompt).not.toContain('slow');
  });
});
