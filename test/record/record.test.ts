// What `reelay record` writes, recorded at the emulators of all providers: the conformance suite replays it,
// and it contains nothing of the account.
import { rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { describeFixturesAlone } from '../../server/src/providers/conformance.ts';
import { OWN_PICTURE, recordEverything } from './stage.ts';

/** What cannot be replayed forever: a task that is not found is lost once it is old. */
const OF_ITS_TIME: Readonly<Record<string, string[]>> = {
  'bytedance-effects': ['poll.recorded-template-to-video-queued'],
};

/** Providers whose answer to a start is the result: there is no job to look at. */
const AT_ONCE: readonly string[] = ['openai-images'];

const stage = await recordEverything();

afterAll(async () => {
  await stage.close();
  await Promise.all(stage.all.map(({ folder }) => rm(folder, { recursive: true })));
});

for (const { provider, emulator, folder, result, text, template } of stage.all) {
  describe(`record ${provider.id}`, () => {
    it('writes a start, the states of a job, and the test call with a good and a bad key', () => {
      expect(result.failed.map(({ what }) => what)).toEqual(OF_ITS_TIME[provider.id] ?? []);
      const ends = AT_ONCE.includes(provider.id) ? [] : ['-succeeded.json'];
      for (const name of ['probe.recorded.json', 'start.recorded-', ...ends]) {
        expect(
          result.written.some((file) => file.includes(name)),
          name,
        ).toBe(true);
      }
      expect(result.written.includes('cancel.recorded.json')).toBe(provider.cancel !== undefined);
    });

    it('starts each planned job once', () => {
      const starts = result.written.filter((file) => file.startsWith('start.'));
      expect(emulator.accepted()).toHaveLength(starts.length);
    });

    it('writes no key, no id, no address and no picture of the account', () => {
      const secrets = provider.facts.credential
        .filter(({ isSecret }) => isSecret)
        .map(({ name }) => emulator.fields[name] ?? '');
      const ids = emulator.accepted().map(({ jobId }) => jobId);
      const tokens = emulator.accepted().map(({ token }) => token ?? '');
      const own = [...secrets, ...ids, ...tokens, OWN_PICTURE, emulator.url, '127.0.0.1'];
      for (const value of own.filter((word) => word.length > 5)) {
        if (value.startsWith('A small wooden boat')) continue;
        expect(text.includes(value), value).toBe(false);
      }
      expect(text.match(/signature=(?!redacted)|[A-Za-z0-9+/]{300,}/)).toBeNull();
    });
  });

  const secrets = Object.fromEntries(
    provider.facts.credential
      .filter(({ name, isSecret }) => isSecret && emulator.fields[name])
      .map(({ name }) => [name, `another-${name}-0123456789`]),
  );
  describeFixturesAlone({
    provider,
    fixtures: pathToFileURL(`${folder}/`),
    secrets,
    reference: {},
    essentials: { state: [] },
    template,
  });
}
