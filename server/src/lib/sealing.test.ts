import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SecretBox } from './sealing.ts';

const PURPOSE = 'reelay callback secrets';
const box = new SecretBox('the secret of the server', PURPOSE);
const secret = randomBytes(32);

test('what was sealed for an owner opens for it, and looks different each time', () => {
  const sealed = box.seal(secret, 'account-1');
  expect(box.open(sealed, 'account-1')).toEqual(secret);
  expect(new SecretBox('the secret of the server', PURPOSE).open(sealed, 'account-1')).toEqual(secret);
  expect(box.seal(secret, 'account-1')).not.toEqual(sealed);
  expect(sealed.includes(secret)).toBe(false);
});

test('it does not open for another owner or purpose, with another server secret, or with any byte changed', () => {
  const sealed = box.seal(secret, 'account-1');
  expect(() => box.open(sealed, 'account-2')).toThrow();
  expect(() => new SecretBox('the secret of the server', 'another').open(sealed, 'account-1')).toThrow();
  expect(() => new SecretBox('the secret of another server', PURPOSE).open(sealed, 'account-1')).toThrow();
  for (let place = 0; place < sealed.length; place += 1) {
    const changed = Buffer.from(sealed);
    changed[place] ^= 1;
    expect(() => box.open(changed, 'account-1')).toThrow();
  }
  expect(() => box.open(sealed.subarray(0, 20), 'account-1')).toThrow();
});

test('what an earlier release sealed for callbacks still opens', () => {
  const sealed = '01b8260223365f7e70249318c29a578be60554ea8922e2fec2e42a7873bcd1a30f0cbcc1b47a0b764c3d4fad4e';
  expect(box.open(Buffer.from(sealed, 'hex'), 'account-1 test').toString()).toBe('a signing secret');
});

test('a server secret that is short or missing is refused', () => {
  expect(() => new SecretBox('', PURPOSE)).toThrow(RangeError);
  expect(() => new SecretBox('fifteen letters', PURPOSE)).toThrow(RangeError);
});
