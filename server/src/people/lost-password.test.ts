// A lost password, from the question to the sign-in with another one, with a real mail server.
import { expect, it } from 'vitest';
import { createJobs, migrateJobs } from '../db/jobs.ts';
import { silentLog } from '../db/log.ts';
import { createPeopleApi, OWN_PAGE, PASSWORD } from '../doors/account/testing.ts';
import type { Answer } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import { pause } from '../lib/time.ts';
import { startMailbox } from '../mail/testing.ts';

const WAIT_MAX_MS = 20_000;
const mailbox = await startMailbox();
const api = await createPeopleApi({
  REELAY_SMTP_URL: mailbox.url,
  REELAY_MAIL_FROM: 'reelay@example.com',
});
await migrateJobs(api.core.databaseUrl, silentLog);

function post(path: string, body: JsonObject): Promise<Answer> {
  return api.call({ method: 'POST', path: `/api/v1/account${path}`, body, headers: OWN_PAGE });
}

async function waitForMail(): Promise<void> {
  const until = performance.now() + WAIT_MAX_MS;
  while (mailbox.received.length === 0 && performance.now() < until) await pause(20);
}

it('is replaced by a link that goes to its person alone, works once, and ends the sessions', async () => {
  const { core } = api;
  const jobs = createJobs({
    url: core.databaseUrl,
    handlers: core.mail.jobHandlers,
    nodeId: newId(),
    log: silentLog,
  });
  await jobs.start();
  try {
    const person = await api.signIn();
    const nobody = await post('/password/lost', { email: `nobody-${newId()}@example.com` });
    const known = await post('/password/lost', { email: person.email.toUpperCase() });
    expect([nobody.status, nobody.text]).toEqual([known.status, known.text]);
    await waitForMail();
    expect(mailbox.received).toMatchObject([{ to: [person.email] }]);
    const token = /\/invitation#(\S+)/.exec(mailbox.received[0].text)?.[1];
    const password = 'another long password of this test';
    const accepted = await post('/invitations/accept', { token: String(token), password });
    expect(accepted.status).toBe(200);
    expect((await post('/invitations/accept', { token: String(token), password })).status).toBe(404);
    expect((await person.call({ path: '/api/v1/account/me' })).status).toBe(401);
    expect((await post('/session', { email: person.email, password: PASSWORD })).status).toBe(401);
    expect((await post('/session', { email: person.email, password })).status).toBe(200);
  } finally {
    await jobs.stop(100);
    await mailbox.close();
  }
});

it('is asked for only from a page of this server', async () => {
  const answer = await api.call({
    method: 'POST',
    path: '/api/v1/account/password/lost',
    body: { email: 'a@example.com' },
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  expect(answer.status).toBe(403);
});
