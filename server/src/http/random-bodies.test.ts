import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorsOf } from './testing.ts';
import { expectRefusal, seedance, stageRefusals } from './testing-refusals.ts';

const { api, caller } = await stageRefusals();

describe('random bodies', () => {
  const word = fc.constantFrom(
    ...[
      'model',
      'input',
      'prompt',
      'duration',
      'img_urls',
      'seed',
      'resolution',
      'callback_url',
      'max_credits',
      'template_id',
    ],
    ...[
      'bytedance/seedance1-0-pro-t2v',
      'vidu/q1-r2v',
      'bytedance/template',
      '104909826',
      '1080p',
      'https://example.com/a',
    ],
  );
  const text = fc.oneof(word, fc.string({ unit: 'binary', maxLength: 12 }));
  const leaf = fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(text, tie('tree')),
    ),
  }));

  it('never make a 5xx, and are not always refused for the same reason', async () => {
    const seen = new Set<string>();
    const body = fc.oneof(
      fc.record(
        { model: word, input: tree, callback_url: leaf, max_credits: leaf },
        { requiredKeys: ['model'] },
      ),
      tree,
    );
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const answer = await api.create(caller, JSON.stringify(value) ?? 'null');
        expect([422, 200]).toContain(answer.status);
        if (answer.status === 422) for (const error of errorsOf(answer)) seen.add(error.split(':')[0]);
      }),
      { numRuns: 400 },
    );
    expect(seen.size).toBeGreaterThan(8);
  });

  it('of bytes never make a 5xx either', async () => {
    const valid = Buffer.from(JSON.stringify(seedance({ duration: 4 })));
    const damaged = fc.tuple(fc.nat(valid.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = new Uint8Array(valid);
      bytes[at] = byte;
      return bytes.subarray(0, bytes.length);
    });
    const cut = fc.nat(valid.length - 1).map((length) => new Uint8Array(valid.subarray(0, length)));
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, cut, fc.uint8Array({ maxLength: 64 })), async (bytes) => {
        const answer = await api.create(caller, bytes, { prefer: 'handling=strict' });
        const { task_id: taskId } = answer.data;
        // With a changed letter inside the prompt the body is still valid.
        if (typeof taskId === 'string') await api.endTask(taskId, 'failed');
        else expectRefusal(answer, 422);
      }),
      { numRuns: 300 },
    );
  });
});
