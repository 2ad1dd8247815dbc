// The second factor of a person: how it is added, what a sign-in needs from then on, and how it goes away.
import { describe, expect, it } from 'vitest';
import { withTransaction } from '../../db/pool.ts';
import { SecondFactors } from '../../people/second-factor.ts';
import { codeOfStep, STEP_SECONDS } from '../../people/totp.ts';
import { cookieOf, createPeopleApi, type Member, OWN_PAGE, PASSWORD } from './testing.ts';

const api = await createPeopleApi({
  REELAY_TRUST_PROXY: '127.0.0.1',
  REELAY_OPERATORS_NEED_SECOND_FACTOR: 'true',
});
const ACCOUNT = '/api/v1/account';
const ME = `${ACCOUNT}/me`;
const FROM = { address: '127.0.0.1', userAgent: 'a test' };
const { core } = api;
let addresses = 0;

/** From an address of its own each time: tries to get in are counted by it. */
function from(): Record<string, string> {
  addresses += 1;
  return { ...OWN_PAGE, 'x-forwarded-for': `10.9.0.${addresses}` };
}

/** Letters of RFC 4648, read by hand. */
function readBase32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

interface Holder {
  member: Member;
  backupCodes: string[];
  /** The code of now, or of steps before or after it. */
  code(offset?: number): string;
  /** Lets the codes that were used be as good as new, as they are after some minutes. */
  passTime(): Promise<void>;
  signIn(code?: string, password?: string): ReturnType<typeof api.call>;
}

async function addSecondFactor(options: { isOperator?: boolean } = {}): Promise<Holder> {
  const { accountId } = await api.openAccount();
  const member = await api.signIn({ [accountId]: 'owner' }, options);
  const begun = await member.call({
    method: 'POST',
    path: `${ACCOUNT}/second-factor`,
    headers: from(),
    body: { password: PASSWORD },
  });
  expect(begun.status).toBe(200);
  const secret = readBase32(String(begun.body.secret));
  const code = (offset = 0) => codeOfStep(secret, Math.floor(Date.now() / 1000 / STEP_SECONDS) + offset);
  const confirmed = await member.call({
    method: 'POST',
    path: `${ACCOUNT}/second-factor/confirm`,
    headers: from(),
    body: { code: code() },
  });
  expect(confirmed.status).toBe(200);
  const passTime = async () => {
    await core.pool.query('update second_factors set last_step = 0, wrong_codes = 0 where person_id = $1', [
      member.id,
    ]);
  };
  await passTime();
  return {
    member,
    code,
    passTime,
    backupCodes: confirmed.body.backup_codes as string[],
    signIn: (given, password = PASSWORD) =>
      api.call({
        method: 'POST',
        path: `${ACCOUNT}/session`,
        headers: from(),
        body: { email: member.email, password, ...(given === undefined ? {} : { code: given }) },
      }),
  };
}

async function countSessions({ member }: Holder): Promise<number> {
  const { rows } = await core.pool.query('select count(*)::integer as n from sessions where person_id = $1', [
    member.id,
  ]);
  return rows[0].n;
}

async function listActions({ member }: Holder): Promise<string[]> {
  const { rows } = await core.pool.query('select action from audit_lines where subject = $1 order by id', [
    member.email,
  ]);
  return rows.map(({ action }) => action);
}

describe('a second factor', () => {
  it('is begun with the password, counts after a first code, and leaves only the session that added it', async () => {
    const { accountId } = await api.openAccount();
    const member = await api.signIn({ [accountId]: 'owner' });
    const begin = (password: string) =>
      member.call({ method: 'POST', path: `${ACCOUNT}/second-factor`, headers: from(), body: { password } });
    expect((await begin('not the password')).body.error).toMatchObject({ name: 'sign_in_failed' });
    const { body } = await begin(PASSWORD);
    expect(body.uri).toMatch(
      /^otpauth:\/\/totp\/Reelay%20127\.0\.0\.1:[^?]+\?secret=[A-Z2-7]{32}&issuer=Reelay%20127\.0\.0\.1&/,
    );
    const { rows } = await core.pool.query('select sealed from second_factors where person_id = $1', [
      member.id,
    ]);
    expect(rows[0].sealed.includes(readBase32(String(body.secret)))).toBe(false);
    const early = await core.people.signIn({ email: member.email, password: PASSWORD }, FROM);
    expect(early).toHaveLength(1);
    const confirm = (code: string) =>
      member.call({
        method: 'POST',
        path: `${ACCOUNT}/second-factor/confirm`,
        headers: from(),
        body: { code },
      });
    expect((await confirm('000')).status).toBe(401);
    const secret = readBase32(String(body.secret));
    const step = Math.floor(Date.now() / 1000 / STEP_SECONDS);
    const confirmed = await confirm(codeOfStep(secret, step));
    expect(confirmed.body.backup_codes).toHaveLength(10);
    expect(new Set(confirmed.body.backup_codes as string[]).size).toBe(10);
    expect((await member.call({ path: ME })).body).toMatchObject({ person: { second_factor: true } });
    const cookie = String(early[0]).split(';')[0];
    expect((await api.call({ path: ME, headers: { cookie } })).status).toBe(401);
    expect((await begin(PASSWORD)).body.error).toMatchObject({ name: 'conflict' });
    expect((await confirm(codeOfStep(secret, step + 1))).body.error).toMatchObject({ name: 'conflict' });
  });

  it('lets no session be made by the password alone, and by a wrong password not even ask for a code', async () => {
    const holder = await addSecondFactor();
    const before = await countSessions(holder);
    const bare = await holder.signIn();
    expect([bare.status, bare.body.error, bare.headers['set-cookie']]).toEqual([
      401,
      expect.objectContaining({ name: 'second_factor_needed' }),
      undefined,
    ]);
    for (const [code, password] of [
      ['000000', PASSWORD],
      [holder.code(-3), PASSWORD],
      [holder.code(), 'not the password'],
    ]) {
      const { status, body, headers } = await holder.signIn(code, password);
      expect([status, body.error, headers['set-cookie']]).toEqual([
        401,
        expect.objectContaining({ name: 'sign_in_failed' }),
        undefined,
      ]);
    }
    expect(await countSessions(holder)).toBe(before);
    const signed = await holder.signIn(holder.code());
    expect(signed.status).toBe(200);
    expect((await api.call({ path: ME, headers: { cookie: cookieOf(signed) } })).status).toBe(200);
  });

  it('takes a code once, and none from before it', async () => {
    const holder = await addSecondFactor();
    const code = holder.code();
    const earlier = holder.code(-1);
    expect((await holder.signIn(code)).status).toBe(200);
    expect((await holder.signIn(code)).status).toBe(401);
    expect((await holder.signIn(earlier)).status).toBe(401);
  });

  it('makes one session of one code that 20 connections send at once', async () => {
    const holder = await addSecondFactor();
    const before = await countSessions(holder);
    const code = holder.code();
    const signIn = { email: holder.member.email, password: PASSWORD, code };
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => core.people.signIn(signIn, FROM)),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await countSessions(holder)).toBe(before + 1);
  });

  it('takes one code and one backup code once of 40 callers in the same moment', async () => {
    const { id, email } = await api.signIn();
    const factors = new SecondFactors({ pool: core.pool, secretKey: 'a secret key of this test' });
    const secret = readBase32((await factors.begin({ id, email }, 'localhost')).secret);
    const step = Math.floor(Date.now() / 1000 / STEP_SECONDS);
    const [backupCode] = await factors.confirm({ id, email }, id, codeOfStep(secret, step));
    await core.pool.query('update second_factors set last_step = 0');
    // Reads of the database alone are between them, and no hash of a password.
    for (const code of [codeOfStep(secret, step), backupCode]) {
      const take = () =>
        withTransaction(core.pool, (client) => factors.take(client, { id, has_second_factor: true }, code));
      const verdicts = await Promise.all(Array.from({ length: 40 }, take));
      expect(verdicts.filter((verdict) => verdict === 'right')).toHaveLength(1);
    }
  });

  it('takes a backup code once, however it is written, and says in the audit log that it was', async () => {
    const holder = await addSecondFactor();
    const [first, second] = holder.backupCodes;
    expect((await holder.signIn(first)).status).toBe(200);
    expect((await holder.signIn(first)).status).toBe(401);
    expect((await holder.signIn(` ${second.replace('-', ' ').toUpperCase()} `)).status).toBe(200);
    const { rows } = await core.pool.query('select digest from backup_codes where person_id = $1', [
      holder.member.id,
    ]);
    expect(rows).toHaveLength(8);
    expect(await listActions(holder)).toEqual(['second_factor.add', 'backup_code.use', 'backup_code.use']);
  });

  it('looks at no code for the rest of the hour after ten wrong ones', async () => {
    const holder = await addSecondFactor();
    const signIn = (code: string) =>
      core.people.signIn({ email: holder.member.email, password: PASSWORD, code }, FROM);
    for (let count = 0; count < 10; count++) {
      await expect(signIn('no code')).rejects.toMatchObject({ errorName: 'sign_in_failed' });
    }
    for (const code of [holder.code(), holder.backupCodes[0]]) {
      await expect(signIn(code)).rejects.toMatchObject({ errorName: 'rate_limited' });
    }
    await core.pool.query(
      "update second_factors set wrong_since = wrong_since - interval '1 h' where person_id = $1",
      [holder.member.id],
    );
    expect(await signIn(holder.code())).toHaveLength(1);
  });

  it('stays when the password is changed, and a link for another password asks for its code', async () => {
    const holder = await addSecondFactor();
    const { member } = holder;
    const password = 'another long password of this test';
    const changed = await member.call({
      method: 'POST',
      path: `${ACCOUNT}/password`,
      headers: from(),
      body: { current: PASSWORD, password },
    });
    expect([changed.status, changed.body]).toEqual([
      200,
      expect.objectContaining({ person: expect.objectContaining({ second_factor: true }) }),
    ]);
    expect((await holder.signIn(undefined, password)).body.error).toMatchObject({
      name: 'second_factor_needed',
    });
    const { link } = await core.members.invitePassword(member.email);
    const accept = (body: Record<string, string>) =>
      api.call({
        method: 'POST',
        path: `${ACCOUNT}/invitations/accept`,
        headers: from(),
        body: { token: link.split('#')[1], password: PASSWORD, ...body },
      });
    expect((await accept({})).body.error).toMatchObject({ name: 'second_factor_needed' });
    expect((await holder.signIn(holder.code(), PASSWORD)).status).toBe(401);
    expect((await accept({ code: holder.code() })).status).toBe(200);
    await holder.passTime();
    expect((await holder.signIn(holder.code(), PASSWORD)).status).toBe(200);
  });

  it('is asked for when a person that is known follows an invitation', async () => {
    const holder = await addSecondFactor();
    const { accountId } = await api.openAccount();
    const { link } = await core.members.invite({ email: holder.member.email, accountId, role: 'member' });
    const accept = (body: Record<string, string>) =>
      api.call({
        method: 'POST',
        path: `${ACCOUNT}/invitations/accept`,
        headers: from(),
        body: { token: link.split('#')[1], password: PASSWORD, ...body },
      });
    expect((await accept({})).body.error).toMatchObject({ name: 'second_factor_needed' });
    const { body } = await accept({ code: holder.code() });
    expect((body.accounts as { id: string }[]).map(({ id }) => id)).toContain(accountId);
  });

  it('is removed with the password and a code, which ends the other sessions', async () => {
    const holder = await addSecondFactor();
    const { member } = holder;
    const other = cookieOf(await holder.signIn(holder.code()));
    await holder.passTime();
    const remove = (body: Record<string, string>) =>
      member.call({ method: 'DELETE', path: `${ACCOUNT}/second-factor`, headers: from(), body });
    expect((await remove({ password: PASSWORD, code: '000' })).status).toBe(401);
    expect((await remove({ password: 'not the password', code: holder.code() })).status).toBe(401);
    expect((await holder.signIn()).status).toBe(401);
    expect((await remove({ password: PASSWORD, code: holder.code() })).status).toBe(200);
    expect((await api.call({ path: ME, headers: { cookie: other } })).status).toBe(401);
    expect((await member.call({ path: ME })).body).toMatchObject({ person: { second_factor: false } });
    expect((await holder.signIn()).status).toBe(200);
    expect(await listActions(holder)).toEqual(['second_factor.add', 'second_factor.remove']);
  });

  it('is taken away by the operator of the server, and the sessions with it', async () => {
    const holder = await addSecondFactor();
    expect(await core.members.resetSecondFactor(holder.member.email)).toMatchObject({
      has_second_factor: false,
    });
    expect((await holder.member.call({ path: ME })).status).toBe(401);
    expect((await holder.signIn()).status).toBe(200);
    expect(await listActions(holder)).toEqual(['second_factor.add', 'second_factor.reset']);
  });
});

describe('where operators need a second factor', () => {
  const ACCOUNTS = '/api/v1/operator/accounts';

  it('opens what operators may do to a session of one that has it, and nothing to others', async () => {
    const bare = await api.signIn({}, { isOperator: true });
    const { status, body } = await bare.call({ path: ACCOUNTS });
    expect([status, body.error]).toEqual([403, expect.objectContaining({ name: 'second_factor_needed' })]);
    expect((await bare.call({ path: ME })).status).toBe(200);
    const { member } = await addSecondFactor({ isOperator: true });
    expect((await member.call({ path: ACCOUNTS })).status).toBe(200);
  });
});
