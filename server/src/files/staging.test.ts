import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FLUSH_STEP_BYTES, SteadyFlush } from '../lib/steady-flush.ts';
import { HOUR_MS, pause, systemClock } from '../lib/time.ts';
import { createStaging, ReceiveFailed, type Staging } from './staging.ts';

let folder: string;
let staging: Staging;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-staging-'));
  staging = await createStaging({ folder, clock: systemClock, stallMs: 100 });
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function expectFailure(body: Readable, sizeBytes: number, message: string): Promise<void> {
  const failure = await staging.receive(body, sizeBytes).then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ReceiveFailed);
  expect((failure as ReceiveFailed).message).toBe(message);
  expect(await readdir(folder)).toEqual([]);
}

describe('staging', () => {
  it('measures, hashes and keeps what it receives', async () => {
    const content = Buffer.alloc(100_000, 'staged');
    const staged = await staging.receive(
      Readable.from([content.subarray(0, 5), content.subarray(5)]),
      100_000,
    );
    expect(staged.sizeBytes).toBe(100_000);
    expect(staged.sha256).toEqual(createHash('sha256').update(content).digest());
    expect(staged.head).toEqual(content.subarray(0, 256));
    expect(content.equals(await readFile(staged.path))).toBe(true);
    expect(await staging.inspect(staged.path)).toEqual(staged);
  });

  it('refuses a body whose size differs from the announced one, and leaves nothing', async () => {
    await expectFailure(
      Readable.from([Buffer.alloc(11)]),
      10,
      'more bytes came than Content-Length announced',
    );
    await expectFailure(
      Readable.from([Buffer.alloc(9)]),
      10,
      'fewer bytes came than Content-Length announced',
    );
  });

  it('does not take a wait for the disk for a sender that stalls', async () => {
    const busyDisk = new SteadyFlush(() => pause(400));
    const other = busyDisk.wrote(FLUSH_STEP_BYTES);
    const pieces = [Buffer.alloc(FLUSH_STEP_BYTES), Buffer.alloc(10)];
    const { sizeBytes } = await staging.receive(Readable.from(pieces), FLUSH_STEP_BYTES + 10);
    expect(sizeBytes).toBe(FLUSH_STEP_BYTES + 10);
    await other;
  });

  it('stops reading at the announced size', async () => {
    let produced = 0;
    const endless = new Readable({
      read() {
        produced += 1_000;
        this.push(Buffer.alloc(1_000));
      },
    });
    await expectFailure(endless, 5_000, 'more bytes came than Content-Length announced');
    expect(produced).toBeLessThan(200_000);
  });

  it('gives up on a body that stalls', async () => {
    const stalled = new PassThrough();
    stalled.write('a');
    await expectFailure(stalled, 10, 'the bytes came too slowly');
  });

  it('gives up on a body that drips', async () => {
    const dripping = new PassThrough();
    const drip = setInterval(() => dripping.write('a'), 20);
    await expectFailure(dripping, 1_000, 'the bytes came too slowly');
    clearInterval(drip);
  });

  it('reports a broken connection as a fault of the sender', async () => {
    const broken = new PassThrough();
    broken.write('a');
    setImmediate(() => broken.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })));
    await expectFailure(broken, 10, 'the connection broke');
  });

  it('removes what is older than any transfer and keeps the rest', async () => {
    const old = join(folder, 'old.part');
    await writeFile(old, 'x');
    const sevenHoursAgo = (systemClock() - 7 * HOUR_MS) / 1_000;
    await utimes(old, sevenHoursAgo, sevenHoursAgo);
    await writeFile(join(folder, 'new.part'), 'x');
    expect(await staging.sweep()).toBe(1);
    expect(await readdir(folder)).toEqual(['new.part']);
  });

  it('discards a file twice without an error', async () => {
    const staged = await staging.receive(Readable.from([Buffer.alloc(1)]), 1);
    await staging.discard(staged.path);
    await staging.discard(staged.path);
    expect(await readdir(folder)).toEqual([]);
  });
});
