import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createListener, type Listener } from './listen.ts';
import { silentLog } from './log.ts';
import { createTestDatabase } from './testing.ts';

const database = await createTestDatabase();
const { pool } = database;
const listeners: Listener[] = [];

interface Heard {
  payloads: string[];
  gaps: number;
  listener: Listener;
}

function listen(applicationName: string, url = database.url): Heard {
  const heard: Heard = { payloads: [], gaps: 0, listener: undefined as unknown as Listener };
  heard.listener = createListener(
    url,
    { 'odd Channel': (payload) => heard.payloads.push(payload) },
    { log: silentLog, applicationName, checkEveryMs: 200, onGap: () => (heard.gaps += 1) },
  );
  listeners.push(heard.listener);
  return heard;
}

function notify(payload: string): Promise<unknown> {
  return pool.query('select pg_notify($1, $2)', ['odd Channel', payload]);
}

async function endBackends(applicationName: string): Promise<void> {
  await pool.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
    applicationName,
  ]);
}

afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
});

describe('a listener', () => {
  it('passes each notification to the handler of its channel and reports the gap before the first', async () => {
    const heard = listen('hears');
    await expect.poll(() => heard.gaps).toBe(1);
    await notify('one');
    await notify('');
    await expect.poll(() => heard.payloads).toEqual(['one', '']);
    expect(heard.gaps).toBe(1);
  });

  it('comes back after its connection was ended, reports the gap, and receives again', async () => {
    const heard = listen('returns');
    await expect.poll(() => heard.gaps).toBe(1);
    for (let round = 1; round <= 3; round += 1) {
      await endBackends('returns');
      await expect.poll(() => heard.gaps).toBe(round + 1);
      await notify(`after ${round}`);
      await expect.poll(() => heard.payloads).toContain(`after ${round}`);
    }
  });

  it('goes on when a handler throws', async () => {
    const seen: string[] = [];
    let gaps = 0;
    const listener = createListener(
      database.url,
      {
        'odd Channel': (payload) => {
          seen.push(payload);
          throw new Error('a bug');
        },
      },
      { log: silentLog, onGap: () => (gaps += 1) },
    );
    listeners.push(listener);
    await expect.poll(() => gaps).toBe(1);
    await notify('one');
    await notify('two');
    await expect.poll(() => seen).toEqual(['one', 'two']);
  });

  it('keeps trying while the server is away, and can be closed meanwhile', async () => {
    let calls = 0;
    const broken = createServer((socket) => {
      calls += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const { port } = broken.address() as { port: number };
    const heard = listen('tries', `postgres://u:p@127.0.0.1:${port}/d`);
    await expect.poll(() => calls).toBeGreaterThan(2);
    await heard.listener.close();
    expect(heard.gaps).toBe(0);
    broken.close();
  });

  it('leaves no connection behind when it is closed', async () => {
    const heard = listen('leaves');
    await expect.poll(() => heard.gaps).toBe(1);
    await heard.listener.close();
    const count = async () =>
      (await pool.query(`select from pg_stat_activity where application_name = 'leaves'`)).rowCount;
    await expect.poll(count).toBe(0);
  });
});
