import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatcherOptions, createBatcher } from './batched.ts';

function batcherOf<Outcome>(
  options: Partial<BatcherOptions<number, Outcome>> & Pick<BatcherOptions<number, Outcome>, 'flush'>,
) {
  return createBatcher<number, Outcome>({
    itemsMax: 4,
    concurrency: 1,
    waitingMax: 1000,
    onFull: () => new Error('full'),
    ...options,
  });
}

/** A flush that holds its batches until they are released. */
function createGate() {
  const batches: number[][] = [];
  const waiting: (() => void)[] = [];
  return {
    batches,
    flush: (items: number[]) => {
      batches.push(items);
      return new Promise<number[]>((resolve) => waiting.push(() => resolve(items.map((item) => item * 10))));
    },
    open: () => {
      for (const release of waiting.splice(0)) release();
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a batcher', () => {
  it('asks a database that is down once, and not once for each item', async () => {
    let calls = 0;
    const batched = batcherOf<number>({
      flush: () => {
        calls++;
        return Promise.reject(new Error('down'));
      },
      isOutage: (error) => (error as Error).message === 'down',
    });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(batched));
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'rejected'));
    expect(calls).toBe(1);
  });

  it('gives each caller its own outcome, in any order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (items, itemsMax) => {
          const call = batcherOf({
            itemsMax,
            concurrency: 2,
            flush: async (batch) => batch.map((item) => item + 1),
          });
          expect(await Promise.all(items.map(call))).toEqual(items.map((item) => item + 1));
        },
      ),
    );
  });

  it('puts what arrives while a batch is under way into the next one', async () => {
    const gate = createGate();
    const call = batcherOf({ flush: gate.flush });
    const first = [1, 2].map(call);
    await turn();
    const second = [3, 4, 5, 6, 7].map(call);
    await turn();
    expect(gate.batches).toEqual([[1, 2]]);
    gate.open();
    await Promise.all(first);
    await turn();
    expect(gate.batches).toEqual([
      [1, 2],
      [3, 4, 5, 6],
    ]);
    gate.open();
    await turn();
    gate.open();
    expect(await Promise.all(second)).toEqual([30, 40, 50, 60, 70]);
  });

  it('never has more batches under way than it may', async () => {
    let underWay = 0;
    let most = 0;
    const call = batcherOf({
      concurrency: 3,
      flush: async (items) => {
        underWay++;
        most = Math.max(most, underWay);
        await turn();
        underWay--;
        return items;
      },
    });
    await Promise.all(Array.from({ length: 100 }, (_, item) => call(item)));
    expect(most).toBe(3);
  });

  it('fails only the one item that is refused', async () => {
    const call = batcherOf({
      itemsMax: 100,
      flush: async (items) => {
        if (items.includes(13)) throw new Error('unlucky');
        return items;
      },
    });
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, item) => call(item)));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([results[13]]);
    expect(results[13]).toMatchObject({ reason: { message: 'unlucky' } });
    expect(await call(21)).toBe(21);
  });

  it('fails every item while everything is down, and works again when it is up', async () => {
    let isDown = true;
    const call = batcherOf({
      flush: async (items) => {
        if (isDown) throw new Error('down');
        return items;
      },
    });
    const results = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(call));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    isDown = false;
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map(call))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses what no longer fits, and accepts more once there is room', async () => {
    const gate = createGate();
    const call = batcherOf({ waitingMax: 3, flush: gate.flush });
    const first = call(0);
    await turn();
    const waiting = [1, 2, 3].map(call);
    await expect(call(4)).rejects.toThrow('full');
    gate.open();
    await first;
    await turn();
    const late = call(5);
    gate.open();
    expect(await Promise.all(waiting)).toEqual([10, 20, 30]);
    await turn();
    gate.open();
    expect(await late).toBe(50);
  });
});
