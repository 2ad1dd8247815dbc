import { describe, expect, it } from 'vitest';
import { answerWith } from '../providers/conformance-replay.ts';
import { createNode, failure, listReady, SERVER_SECRET, stageArk } from './testing.ts';

const { pool, replay, addArk } = await stageArk();

/** Ends the cool-down of an account, on the clock of the database. */
async function endCoolDown(id: string): Promise<void> {
  await pool.query(`update credentials set cooling_until = now() - interval '1 ms' where id = $1`, [id]);
}

/** The seconds for which an account still cools, rounded up to five: a loaded machine takes its time before it asks. */
async function secondsLeft(id: string): Promise<number> {
  const { rows } = await pool.query(
    'select ceil(extract(epoch from cooling_until - now()) / 5)::integer * 5 as seconds from credentials where id = $1',
    [id],
  );
  return rows[0].seconds;
}

describe('a cool-down', () => {
  it('of one node is seen by the other within a second, and both return when it is over', async () => {
    const [one, other] = [createNode(pool), createNode(pool)];
    const { id } = await addArk(one);
    expect(await listReady(other.credentials, 'ark')).toHaveLength(1);
    await one.credentials.reportTrouble(id, failure('rate_limited', 1));
    expect(await listReady(one.credentials, 'ark')).toEqual([]);
    other.passSeconds(1);
    expect(await listReady(other.credentials, 'ark')).toEqual([]);
    expect(await other.credentials.find('ark/operator')).toMatchObject({
      state: 'cooling',
      coolReason: 'rate_limited',
    });
    for (const node of [one, other]) {
      await expect
        .poll(async () => {
          node.passSeconds(1);
          return (await listReady(node.credentials, 'ark')).length;
        })
        .toBe(1);
      expect(node.logged('credential.returned')).toMatchObject([{ credentialId: id, name: 'operator' }]);
    }
    expect(one.logged('credential.cooled')).toMatchObject([
      { credentialId: id, reason: 'rate_limited', code: 'Some.Code', seconds: 1, provider: 'ark' },
    ]);
    expect(other.logged('credential.cooled')).toEqual([]);
  });

  it.each([
    ['bad_credentials', [60, 120, 240, 480, 960, 1920, 3600, 3600]],
    ['quota_exhausted', [60, 120, 240, 480, 960, 1920, 3600, 3600]],
    ['rate_limited', [5, 10, 20, 40, 80, 160, 300, 300]],
  ] as const)('for %s doubles with each trouble after a return', async (reason, seconds) => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    const seen: number[] = [];
    for (const _ of seconds) {
      await node.credentials.reportTrouble(id, failure(reason));
      seen.push(await secondsLeft(id));
      await endCoolDown(id);
    }
    expect(seen).toEqual(seconds);
  });

  it('is one for a crowd that fails at once, on two nodes', async () => {
    const nodes = [createNode(pool), createNode(pool)];
    const { id } = await addArk(nodes[0]);
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        nodes[at % 2].credentials.reportTrouble(id, failure('bad_credentials')),
      ),
    );
    expect(await secondsLeft(id)).toBe(60);
    expect(nodes.flatMap(({ logged }) => logged('credential.cooled'))).toHaveLength(1);
    nodes[0].passSeconds(1);
    expect(await nodes[0].credentials.find(id)).toMatchObject({ troubles: 1 });
  });

  it('is as long as Retry-After says, and is made longer by a later one but never shorter', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await node.credentials.reportTrouble(id, failure('rate_limited', 30));
    expect(await secondsLeft(id)).toBe(30);
    await node.credentials.reportTrouble(id, failure('rate_limited', 90));
    expect(await secondsLeft(id)).toBe(90);
    await node.credentials.reportTrouble(id, failure('rate_limited', 0));
    await node.credentials.reportTrouble(id, failure('rate_limited'));
    expect(await secondsLeft(id)).toBe(90);
    expect(await node.credentials.find(id)).toMatchObject({ troubles: 1 });
  });

  it('for a small reason is replaced by that for a grave one', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await node.credentials.reportTrouble(id, failure('rate_limited'));
    await node.credentials.reportTrouble(id, failure('quota_exhausted'));
    expect(await node.credentials.find(id)).toMatchObject({ coolReason: 'quota_exhausted', troubles: 1 });
    expect(await secondsLeft(id)).toBe(60);
    await node.credentials.reportTrouble(id, failure('rate_limited'));
    expect(await node.credentials.find(id)).toMatchObject({ coolReason: 'quota_exhausted' });
  });

  it.each(['unavailable', 'timed_out', 'unreadable'] as const)(
    'for %s needs five in a row, without a success between them',
    async (reason) => {
      const node = createNode(pool);
      const { id } = await addArk(node);
      const report = async (times: number) => {
        for (let count = 0; count < times; count++) {
          await node.credentials.reportTrouble(id, failure(reason));
        }
      };
      await report(4);
      await node.credentials.reportSuccess(id);
      await report(4);
      expect(await listReady(node.credentials, 'ark')).toHaveLength(1);
      await report(1);
      expect(await listReady(node.credentials, 'ark')).toEqual([]);
      expect(await secondsLeft(id)).toBe(15);
      await endCoolDown(id);
      await report(5);
      expect(await secondsLeft(id)).toBe(30);
    },
  );

  it('follows five lost starts in a row, without a sensible answer between them', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    const lose = async (times: number) => {
      for (let count = 0; count < times; count++) await node.credentials.reportLostStart(id, 'HTML');
    };
    await lose(4);
    node.credentials.reportAnswer(id);
    await lose(4);
    await node.credentials.reportSuccess(id);
    await lose(4);
    await node.credentials.reportTrouble(id, failure('unavailable'));
    expect(await listReady(node.credentials, 'ark')).toHaveLength(1);
    await lose(1);
    expect(await node.credentials.find(id)).toMatchObject({ state: 'cooling', coolReason: 'unreadable' });
  });

  it.each(['invalid_input', 'content_refused', 'template_gone', 'cancelled', 'lost', 'failed'] as const)(
    'never follows %s, which is about the task',
    async (reason) => {
      const node = createNode(pool);
      const { id } = await addArk(node);
      for (let count = 0; count < 12; count++) await node.credentials.reportTrouble(id, failure(reason));
      expect(await listReady(node.credentials, 'ark')).toHaveLength(1);
    },
  );

  it('is not ended by the success of a task that began before', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await node.credentials.reportTrouble(id, failure('quota_exhausted'));
    await node.credentials.reportSuccess(id);
    expect(await secondsLeft(id)).toBe(60);
  });

  it('begins at the first step again once a task was taken after the return', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    for (let round = 0; round < 2; round++) {
      await node.credentials.reportTrouble(id, failure('rate_limited'));
      await endCoolDown(id);
    }
    await node.credentials.reportSuccess(id);
    node.passSeconds(1);
    expect(await node.credentials.find(id)).toMatchObject({ troubles: 0, coolReason: null });
    await node.credentials.reportTrouble(id, failure('rate_limited'));
    expect(await secondsLeft(id)).toBe(5);
  });
});

describe('a success', () => {
  it('is written at most once in five seconds', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    const lastOk = async () => (await node.credentials.find(id)).lastOkAt?.getTime();
    await node.credentials.reportSuccess(id);
    const first = await lastOk();
    expect(first).toBeGreaterThan(0);
    node.passSeconds(4.9);
    await node.credentials.reportSuccess(id);
    expect(await lastOk()).toBe(first);
    node.passSeconds(0.1);
    await node.credentials.reportSuccess(id);
    expect(await lastOk()).toBeGreaterThan(Number(first));
  });
});

describe('a test', () => {
  it('that succeeds ends a cool-down on all nodes', async () => {
    const [one, other] = [createNode(pool), createNode(pool)];
    const { id } = await addArk(one);
    await one.credentials.reportTrouble(id, failure('bad_credentials'));
    expect(await listReady(other.credentials, 'ark')).toEqual([]);
    expect(await one.credentials.test(id)).toEqual({
      type: 'works',
      detail: 'the task list answers: 3 tasks in the last 7 days',
    });
    expect(await listReady(one.credentials, 'ark')).toHaveLength(1);
    other.passSeconds(1);
    expect(await listReady(other.credentials, 'ark')).toMatchObject([{ troubles: 0, coolReason: null }]);
    expect(other.logged('credential.returned')).toHaveLength(1);
  });

  it('keeps the balance that was reported, and the last one when none was', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    const { provider } = await node.credentials.connect(id);
    const withBalance = {
      ...provider,
      probe: async () => ({ type: 'works' as const, detail: 'ok', balance: { unit: 'usd', amount: 1.5 } }),
    };
    const rich = createNode(pool, SERVER_SECRET, new Map([['ark', withBalance]]));
    await rich.credentials.test(id);
    await node.credentials.test(id);
    expect(await node.credentials.find(id)).toMatchObject({
      balance: { unit: 'usd', amount: 1.5 },
      balanceAt: expect.any(Date),
    });
  });

  it.each([
    ['a wrong key', 401, { error: { code: 'AuthenticationError', message: 'no' } }, 'bad_credentials'],
    ['a page of a balancer', 502, '<html></html>', 'unavailable'],
    ['a wrong address', 404, '<html></html>', 'unreadable'],
  ] as const)('that meets %s cools the account at once', async (_, status, body, reason) => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    replay.answer = answerWith(status, body);
    expect(await node.credentials.test(id)).toMatchObject({ type: 'fails', failure: { reason } });
    expect(await node.credentials.find(id)).toMatchObject({ state: 'cooling', coolReason: reason });
    expect(await secondsLeft(id)).toBe(reason === 'bad_credentials' ? 60 : 15);
  });

  it('that many callers ask for at once is one call', async () => {
    const node = createNode(pool);
    const { id } = await addArk(node);
    await Promise.all(Array.from({ length: 9 }, () => node.credentials.test(id)));
    expect(replay.received).toHaveLength(1);
    await node.credentials.test(id);
    expect(replay.received).toHaveLength(2);
  });
});
