// Accounts of unlucky operators and worse: a wrong key, an address of something else. Each task ends with
// words that say what was wrong, the log names the account, and no key goes where it does not belong.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Task } from '../stage/api.ts';
import {
  echo,
  findClosedPort,
  type OtherServer,
  packed,
  page,
  redirect,
  startOtherServer,
} from './other-servers.ts';
import { startStage } from './stage.ts';
import type { Target } from './targets.ts';

const stage = await startStage();
const { targets, upstreams } = stage;
const others: OtherServer[] = [];
afterAll(() => Promise.all(others.map((other) => other.close())));

async function open(...answer: Parameters<typeof startOtherServer>): Promise<OtherServer> {
  const other = await startOtherServer(...answer);
  others.push(other);
  return other;
}

afterEach(async () => {
  for (const { id } of targets) await stage.point(id, undefined);
});

/** Runs a task at every account at once, after all of them were pointed elsewhere. */
async function runAll(...origins: string[]): Promise<{ target: Target; task: Task }[]> {
  await Promise.all(targets.map(({ id }, at) => stage.point(id, origins[at % origins.length])));
  return Promise.all(targets.map(async (target) => ({ target, task: await stage.run(target) })));
}

interface Expected {
  error: string;
  /** Of the task, for its client. */
  message: RegExp;
  event: 'attempt.failed' | 'attempt.unknown';
  /** Of the line in the log, for the operator. */
  detail: RegExp;
}

/** Asserts what the user and the operator read, by account; a table of the differences is easier to fix. */
async function expectShown(all: { target: Target; task: Task }[], expected: Expected): Promise<void> {
  for (const { target, task } of all) {
    const shown = { id: target.id, status: task.status, credits: task.credits, error: task.result?.error };
    expect(shown).toEqual({ id: target.id, status: 'failed', credits: 0, error: expected.error });
    expect(task.result?.message, target.id).toMatch(expected.message);
    expect(task.result?.message, target.id).not.toMatch(/127\.0\.0\.1|https?:|undefined|\bat \//);
    const account = await upstreams.core.credentials.find(`${target.id}/emulator`);
    const [line] = stage.lines(expected.event, task.task_id);
    expect(line, target.id).toMatchObject({
      provider: target.id,
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
  it('whose address does not answer ends its task with a sentence', async () => {
    await expectShown(await runAll(await findClosedPort()), {
      error: 'provider_unavailable',
      message: /^No provider account can take this task now; nothing was charged$/,
      event: 'attempt.failed',
      detail: /No connection could be made to the host/,
    });
  });

  it('whose address has no TLS ends its task with a sentence', async () => {
    const plain = await open(page(200));
    await expectShown(await runAll(plain.url.replace('http:', 'https:')), {
      error: 'provider_unavailable',
      message: /^No provider account can take this task now; nothing was charged$/,
      event: 'attempt.failed',
      detail: /No secure connection could be made/,
    });
    expect(plain.arrived).toEqual([]);
  });

  it('whose address is another website without such a page ends its task with a sentence', async () => {
    const website = await open(page(404));
    await expectShown(await runAll(website.url), {
      error: 'generation_failed',
      message: /^The provider did not take this task; nothing was charged$/,
      event: 'attempt.failed',
      detail: /is its base address right\?/,
    });
  });

  it('whose address is another website with a page for everything is given up with a sentence', async () => {
    const website = await open(page(200));
    await expectShown(await runAll(website.url), {
      error: 'outcome_unknown',
      message: /did not say whether it took this task, so it was given up; nothing was charged/,
      event: 'attempt.unknown',
      detail: /answered 200 with something that is not JSON; is its base address right\?/,
    });
  });

  it('whose address answers compressed is given up with a sentence', async () => {
    const website = await open(packed);
    await expectShown(await runAll(website.url), {
      error: 'outcome_unknown',
      message: /did not say whether it took this task/,
      event: 'attempt.unknown',
      detail: /compressed more than once/,
    });
  });

  it.each(['http', 'https'])('that redirects to %s elsewhere sends no key there', async (scheme) => {
    const elsewhere = await open(page(200));
    const moved = await open(redirect(() => elsewhere.url.replace('http', scheme)));
    await expectShown(await runAll(moved.url), {
      error: 'generation_failed',
      message: /^The provider did not take this task; nothing was charged$/,
      event: 'attempt.failed',
      detail: /answered 307/,
    });
    expect(moved.arrived.length).toBeGreaterThanOrEqual(targets.length);
    expect(elsewhere.arrived).toEqual([]);
  });

  it('whose key is invalid ends its task with a sentence, and gets no further task', async () => {
    for (const { id, secrets } of targets) {
      const wrong = Object.fromEntries(
        Object.keys(secrets).map((name) => [name, `not-the-${name}-of-anybody`]),
      );
      await upstreams.core.credentials.change(`${id}/emulator`, { fields: wrong });
    }
    const all = await Promise.all(targets.map(async (target) => ({ target, task: await stage.run(target) })));
    await expectShown(all, {
      error: 'provider_unavailable',
      message: /^No provider account can take this task now; nothing was charged$/,
      event: 'attempt.failed',
      detail: /./,
    });
    for (const { model, input, id } of targets) {
      expect(await upstreams.create(model, input)).toMatchObject({
        status: 455,
        body: { error: 'provider_unavailable' },
      });
      const { id: credentialId } = await upstreams.core.credentials.find(`${id}/emulator`);
      expect(stage.lines('credential.cooled')).toContainEqual(
        expect.objectContaining({ credentialId, provider: id, reason: 'bad_credentials' }),
      );
    }
  });

  it('whose provider repeats everything it received shows no secret in any form', async () => {
    const repeaters = await Promise.all(targets.map(({ secrets }) => open(echo(Object.values(secrets)))));
    const all = await runAll(...repeaters.map(({ url }) => url));
    // Each key did arrive there, or what was signed with it.
    for (const [at, { secrets }] of targets.entries()) {
      const [secret] = Object.values(secrets);
      const proof = secrets.secret_key === undefined ? secret : /Bearer eyJ|HMAC-SHA256 Credential=/;
      const { text } = repeaters[at].arrived[0];
      expect(typeof proof === 'string' ? text.includes(proof) : proof.test(text)).toBe(true);
    }
    for (const { target, task } of all) expect([target.id, task.status]).toEqual([target.id, 'failed']);
    // Words about keys are for operators, who read them where attempts end.
    expect(all.filter(({ task }) => /Bearer|authorization/i.test(task.result?.message ?? ''))).toEqual([]);
    const words = await detailsOf(all.map(({ task }) => task.task_id));
    expect(words.filter((detail) => detail.includes('[secret]')).length).toBeGreaterThan(3);
    expect(words.filter((detail) => detail.length > 1_300)).toEqual([]);
    const secrets = targets.flatMap((target) => Object.values(target.secrets));
    expect(words.filter((detail) => secrets.some((secret) => detail.includes(secret)))).toEqual([]);
    for (const { id } of targets) {
      const account = await upstreams.core.credentials.find(`${id}/emulator`);
      const { status } = await stage.call(`/api/v1/operator/credentials/${account.id}/test`, 'POST');
      expect(status).toBe(200);
    }
  });
});
