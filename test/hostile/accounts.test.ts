// Accounts of unlucky operators and of worse ones: a wrong key, an address that is something else. Each task ends with
// words that say what was wrong, the log names the account, and no key goes where it does not belong.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Task } from '../stage/api.ts';
import { startStage } from './stage.ts';
import { echo, findClosedPort, packed, page, redirect, type Stranger, startStranger } from './strangers.ts';
import type { Victim } from './victims.ts';

const stage = await startStage();
const { victims, upstreams } = stage;
const strangers: Stranger[] = [];
afterAll(() => Promise.all(strangers.map((stranger) => stranger.close())));

async function open(...answer: Parameters<typeof startStranger>): Promise<Stranger> {
  const stranger = await startStranger(...answer);
  strangers.push(stranger);
  return stranger;
}

afterEach(async () => {
  for (const { id } of victims) await stage.point(id, undefined);
});

/** Runs a task at every account at once, after all of them were led elsewhere. */
async function runAll(...origins: string[]): Promise<{ victim: Victim; task: Task }[]> {
  await Promise.all(victims.map(({ id }, at) => stage.point(id, origins[at % origins.length])));
  return Promise.all(victims.map(async (victim) => ({ victim, task: await stage.run(victim) })));
}

interface Expected {
  error: string;
  /** Of the task, for whoever made it. */
  message: RegExp;
  event: 'attempt.failed' | 'attempt.unknown';
  /** Of the line in the log, for the operator. */
  detail: RegExp;
}

/** Asserts what the user and the operator are told, by account; a table of what differs is easier to mend. */
async function expectTold(all: { victim: Victim; task: Task }[], expected: Expected): Promise<void> {
  for (const { victim, task } of all) {
    const told = { id: victim.id, status: task.status, credits: task.credits, error: task.result?.error };
    expect(told).toEqual({ id: victim.id, status: 'failed', credits: 0, error: expected.error });
    expect(task.result?.message, victim.id).toMatch(expected.message);
    expect(task.result?.message, victim.id).not.toMatch(/127\.0\.0\.1|https?:|undefined|\bat \//);
    const account = await upstreams.core.credentials.find(`${victim.id}/emulator`);
    const [line] = stage.lines(expected.event, task.task_id);
    expect(line, victim.id).toMatchObject({
      provider: victim.id,
      credentialId: account.id,
      detail: expect.stringMatching(expected.detail),
    });
  }
}

/** What an operator reads of the attempts of tasks. */
async function detailsOf(taskIds: string[]): Promise<string[]> {
  const { rows } = await upstreams.core.pool.query<{ detail: string }>(
    'select detail from attempts where task_id = any($1)',
    [taskIds],
  );
  return rows.map(({ detail }) => detail);
}

describe('an account', () => {
  it('whose address answers nothing ends its task in words', async () => {
    await expectTold(await runAll(await findClosedPort()), {
      error: 'provider_unavailable',
      message: /^No provider account can take this task now; nothing was charged$/,
      event: 'attempt.failed',
      detail: /No connection could be made to the host/,
    });
  }, 120_000);

  it('whose address speaks no TLS ends its task in words', async () => {
    const plain = await open(page(200));
    await expectTold(await runAll(plain.url.replace('http:', 'https:')), {
      error: 'provider_unavailable',
      message: /^No provider account can take this task now; nothing was charged$/,
      event: 'attempt.failed',
      detail: /No secure connection could be made/,
    });
    expect(plain.arrived).toEqual([]);
  }, 120_000);

  it('whose address is another website that has no such page ends its task in words', async () => {
    const website = await open(page(404));
    await expectTold(await runAll(website.url), {
      error: 'generation_failed',
      message: /^The provider did not take this task; nothing was charged$/,
      event: 'attempt.failed',
      detail: /is its base address right\?/,
    });
  }, 120_000);

  it('whose address is another website that shows a page for everything is given up in words', async () => {
    const website = await open(page(200));
    await expectTold(await runAll(website.url), {
      error: 'outcome_unknown',
      message: /did not say whether it took this task, so it was given up; nothing was charged/,
      event: 'attempt.unknown',
      detail: /answered 200 with something that is not JSON; is its base address right\?/,
    });
  }, 120_000);

  it('whose address answers packed is given up in words', async () => {
    const website = await open(packed);
    await expectTold(await runAll(website.url), {
      error: 'outcome_unknown',
      message: /did not say whether it took this task/,
      event: 'attempt.unknown',
      detail: /compressed more than once/,
    });
  }, 120_000);

  it.each(['http', 'https'])(
    'that redirects to %s elsewhere takes no key there',
    async (scheme) => {
      const elsewhere = await open(page(200));
      const moved = await open(redirect(() => elsewhere.url.replace('http', scheme)));
      await expectTold(await runAll(moved.url), {
        error: 'generation_failed',
        message: /^The provider did not take this task; nothing was charged$/,
        event: 'attempt.failed',
        detail: /answered 307/,
      });
      expect(moved.arrived.length).toBeGreaterThanOrEqual(victims.length);
      expect(elsewhere.arrived).toEqual([]);
    },
    120_000,
  );

  it('whose key is not good ends its task in words, and gets no further one', async () => {
    for (const { id, secrets } of victims) {
      const wrong = Object.fromEntries(
        Object.keys(secrets).map((name) => [name, `not-the-${name}-of-anybody`]),
      );
      await upstreams.core.credentials.change(`${id}/emulator`, { fields: wrong });
    }
    const all = await Promise.all(victims.map(async (victim) => ({ victim, task: await stage.run(victim) })));
    await expectTold(all, {
      error: 'provider_unavailable',
      message: /^No provider account can take this task now; nothing was charged$/,
      event: 'attempt.failed',
      detail: /./,
    });
    for (const { model, input, id } of victims) {
      expect(await upstreams.create(model, input)).toMatchObject({
        status: 455,
        body: { error: 'provider_unavailable' },
      });
      const { id: credentialId } = await upstreams.core.credentials.find(`${id}/emulator`);
      expect(stage.lines('credential.cooled')).toContainEqual(
        expect.objectContaining({ credentialId, provider: id, reason: 'bad_credentials' }),
      );
    }
  }, 120_000);

  it('whose provider repeats all that it was sent shows no secret in any form', async () => {
    const repeaters = await Promise.all(victims.map(({ secrets }) => open(echo(Object.values(secrets)))));
    const all = await runAll(...repeaters.map(({ url }) => url));
    // Each key did arrive there, or what was signed with it.
    for (const [at, { secrets }] of victims.entries()) {
      const [secret] = Object.values(secrets);
      const proof = secrets.secret_key === undefined ? secret : /Bearer eyJ|HMAC-SHA256 Credential=/;
      const { text } = repeaters[at].arrived[0];
      expect(typeof proof === 'string' ? text.includes(proof) : proof.test(text)).toBe(true);
    }
    for (const { victim, task } of all) expect([victim.id, task.status]).toEqual([victim.id, 'failed']);
    // Words about keys are for operators, who read them where attempts end.
    expect(all.filter(({ task }) => /Bearer|authorization/i.test(task.result?.message ?? ''))).toEqual([]);
    const words = await detailsOf(all.map(({ task }) => task.task_id));
    expect(words.filter((detail) => detail.includes('[secret]')).length).toBeGreaterThan(3);
    expect(words.filter((detail) => detail.length > 1_300)).toEqual([]);
    const secrets = victims.flatMap((victim) => Object.values(victim.secrets));
    expect(words.filter((detail) => secrets.some((secret) => detail.includes(secret)))).toEqual([]);
    for (const { id } of victims) {
      const account = await upstreams.core.credentials.find(`${id}/emulator`);
      const { status } = await stage.call(`/api/v1/operator/credentials/${account.id}/test`, 'POST');
      expect(status).toBe(200);
    }
  }, 120_000);
});
