import { afterEach, describe, expect, it } from 'vitest';
import { createJobs, migrateJobs } from '../db/jobs.ts';
import { silentLog } from '../db/log.ts';
import { createTestDatabase } from '../db/testing.ts';
import { newId } from '../lib/ids.ts';
import { makeCertificate } from '../lib/testing-certificate.ts';
import { pause, systemClock } from '../lib/time.ts';
import { Mail, type MailOptions } from './mail.ts';
import { closeMailboxesAfterEachTest, startMailbox } from './testing.ts';
import { readSmtpUrl } from './transport.ts';

const database = await createTestDatabase();
const { pool, url } = database;
await migrateJobs(url, silentLog);
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  await pool.query('delete from graphile_worker._private_jobs');
});
closeMailboxesAfterEachTest();

const WAIT_MAX_MS = 20_000;
const LETTER = {
  kind: 'test',
  subject: 'Réelay: a test',
  paragraphs: ['An account named <b>"A & B"</b>.', 'Nothing else – at all.'],
  link: { label: 'Open it', url: 'https://reelay.example/open#token-that-opens' },
};

async function waitUntil(condition: () => unknown): Promise<void> {
  const until = performance.now() + WAIT_MAX_MS;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error('This did not come true');
    await pause(10);
  }
}

function createMail(smtpUrl: string | undefined, options: Partial<MailOptions> = {}) {
  const lines: string[] = [];
  const note = (fields: object, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`);
  const mail = new Mail({
    pool,
    smtpUrl,
    from: 'reelay@example.com',
    secretKey: 'a secret of the server under test',
    publicUrl: () => 'https://reelay.example',
    clock: systemClock,
    log: { info: note, warn: note },
    ...options,
  });
  endings.push(() => mail.close());
  return { mail, lines };
}

/** Runs the queue of a mail until the test ends. */
async function run(mail: Mail): Promise<{ failures: string[] }> {
  const failures: string[] = [];
  const log = { ...silentLog, error: (fields: object) => failures.push(String(Object.values(fields)[0])) };
  const jobs = createJobs({ url, handlers: mail.jobHandlers, nodeId: newId(), log });
  await jobs.start();
  endings.unshift(() => jobs.stop(100));
  return { failures };
}

async function listWaiting(): Promise<string> {
  const { rows } = await pool.query('select payload::text from graphile_worker._private_jobs');
  return rows.map(({ payload }: { payload: string }) => payload).join('\n');
}

async function hurry(): Promise<void> {
  await pool.query(`select graphile_worker.reschedule_jobs(array(
    select id from graphile_worker.jobs where locked_at is null), run_at := now())`);
}

describe('a mail', () => {
  it('arrives as text and as HTML in which the words of people are text', async () => {
    const mailbox = await startMailbox();
    const { mail, lines } = createMail(mailbox.url);
    await run(mail);
    expect(await mail.enqueue(pool, [{ to: 'ada@example.com', letter: LETTER }])).toBe(true);
    await waitUntil(() => mailbox.received.length === 1);
    const [{ from, to, headers, text, html }] = mailbox.received;
    expect([from, to]).toEqual(['reelay@example.com', ['ada@example.com']]);
    expect(headers).toMatchObject({
      from: 'Reelay <reelay@example.com>',
      to: 'ada@example.com',
      'auto-submitted': 'auto-generated',
    });
    expect(text).toBe(
      `An account named <b>"A & B"</b>.\n\nNothing else – at all.\n\nOpen it:\n${LETTER.link.url}\n\n-- \nSent by Reelay at https://reelay.example\n`,
    );
    expect(html).toContain('<p>An account named &lt;b&gt;&quot;A &amp; B&quot;&lt;/b&gt;.</p>');
    expect(html).toContain(`<a href="${LETTER.link.url}">Open it</a>`);
    await waitUntil(() => lines.length === 1);
    expect(lines[0]).toMatch(/^mail\.sent \{"mailId":"[\da-f-]{36}","kind":"test"\}$/);
  });

  it('waits sealed: the queue has neither its receiver nor its link', async () => {
    const { mail } = createMail('smtp://127.0.0.1:1');
    await mail.enqueue(pool, [{ to: 'ada@example.com', letter: LETTER }]);
    const waiting = await listWaiting();
    expect(waiting).toContain('sealed');
    expect(waiting).not.toMatch(/ada@|token-that-opens/);
    expect(Buffer.from(JSON.parse(waiting).sealed, 'base64').toString('latin1')).not.toContain(
      'token-that-opens',
    );
  });

  it('that is not taken is tried again, under the same id, and the log has nothing of it', async () => {
    let tries = 0;
    const mailbox = await startMailbox({
      onRcptTo(address, _session, done) {
        tries += 1;
        const fault = Object.assign(new Error(`${address.address} later`), { responseCode: 451 });
        done(tries === 1 ? fault : undefined);
      },
    });
    const { mail, lines } = createMail(mailbox.url);
    const { failures } = await run(mail);
    await mail.enqueue(pool, [{ to: 'ada@example.com', letter: LETTER }]);
    await waitUntil(() => failures.length === 1);
    expect(failures).toEqual(['Error: The mail server did not take a mail (EENVELOPE 451)']);
    await waitUntil(async () => {
      await hurry();
      return mailbox.received.length === 1;
    });
    await waitUntil(() => lines.length === 1);
    const { mailId } = JSON.parse(lines[0].slice('mail.sent '.length));
    expect(mailbox.received[0].headers['message-id']).toBe(`<${mailId}@reelay>`);
  });

  it('that is refused for good is given up', async () => {
    const mailbox = await startMailbox({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('nobody'), { responseCode: 550 })),
    });
    const { mail, lines } = createMail(mailbox.url);
    await run(mail);
    await mail.enqueue(pool, [{ to: 'nobody@example.com', letter: LETTER }]);
    await waitUntil(() => lines.length === 1);
    expect(lines[0]).toMatch(/^mail\.refused .*"status":550/);
    expect(lines[0]).not.toContain('nobody@');
    await waitUntil(async () => (await listWaiting()) === '');
  });

  it('that is too old is not sent', async () => {
    const mailbox = await startMailbox();
    let nowMs = systemClock();
    const { mail, lines } = createMail(mailbox.url, { clock: () => nowMs });
    await mail.enqueue(pool, [{ to: 'ada@example.com', letter: LETTER, lifetimeMs: 1_000 }]);
    nowMs += 1_000;
    await run(mail);
    await waitUntil(() => lines.length === 1);
    expect(lines[0]).toMatch(/^mail\.expired /);
    expect(mailbox.received).toEqual([]);
  });

  it('is not given to a server whose certificate is not trusted', async () => {
    const { certificate, key } = makeCertificate('localhost');
    const mailbox = await startMailbox({ secure: true, cert: certificate, key });
    const { mail } = createMail(mailbox.url.replace('smtp:', 'smtps:'));
    const { failures } = await run(mail);
    await mail.enqueue(pool, [{ to: 'ada@example.com', letter: LETTER }]);
    await waitUntil(() => failures.length === 1);
    expect(failures[0]).toMatch(/did not take a mail \(E\w+\)$/);
    expect(mailbox.received).toEqual([]);
  });
});

describe('the queue of mails', () => {
  it('has a bound', async () => {
    const { mail, lines } = createMail('smtp://127.0.0.1:1');
    const postings = Array.from({ length: 999 }, () => ({ to: 'ada@example.com', letter: LETTER }));
    expect(await mail.enqueue(pool, postings)).toBe(true);
    expect(await mail.enqueue(pool, postings.slice(0, 2))).toBe(false);
    expect(lines).toEqual(['mail.dropped {"kind":"test","waitingMax":1000}']);
    expect(await mail.enqueue(pool, postings.slice(0, 1))).toBe(true);
  });

  it('takes nothing without a mail server', async () => {
    const { mail } = createMail(undefined);
    expect([mail.isOn, await mail.enqueue(pool, [{ to: 'ada@example.com', letter: LETTER }])]).toEqual([
      false,
      false,
    ]);
    expect(await listWaiting()).toBe('');
  });
});

describe('the address of a mail server', () => {
  it.each([
    [
      'smtps://a%40b:p%2Fw@mail.example.com',
      { port: 465, secure: true, ignoreTLS: false, requireTLS: false, auth: { user: 'a@b', pass: 'p/w' } },
    ],
    ['smtp://mail.example.com', { port: 587, secure: false, ignoreTLS: false, requireTLS: true }],
    ['smtp://mail.example.com:25/?tls=off', { port: 25, secure: false, ignoreTLS: true, requireTLS: false }],
    ['smtp://[::1]:1025', { host: '::1', port: 1025, secure: false, ignoreTLS: true, requireTLS: false }],
  ])('%s', (address, options) => {
    expect(readSmtpUrl(address)).toMatchObject(options);
    expect('auth' in readSmtpUrl(address)).toBe('auth' in options);
  });
});
