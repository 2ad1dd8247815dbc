import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SecretBox } from './sealing.ts';

const box = new SecretBox('the secret of the server');
const secret = randomBytes(32);

test('what was sealed for an account opens for it, and looks different each time', () => {
  const sealed = box.seal(secret, 'account-1');
  expect(box.open(sealed, 'account-1')).toEqual(secret);
  expect(new SecretBox('the secret of the server').open(sealed, 'account-1')).toEqual(secret);
  expect(box.seal(secret, 'account-1')).not.toEqual(sealed);
  expect(sealed.includes(secret)).toBe(false);
});

test('it does not open for another account, with another server secret, or with any byte changed', () => {
  const sealed = box.seal(secret, 'account-1');
  expect(() => box.open(sealed, 'account-2')).toThrow();
  expect(() => new SecretBox('the secret of another server').open(sealed, 'account-1')).toThrow();
  for (let place = 0; place < sealed.length; place += 1) {
    const changed = Buffer.from(sealed);
    changed[place] ^= 1;
    expect(() => box.open(changed, 'account-1')).toThrow();
  }
  expect(() => box.open(sealed.subarray(0, 20), 'account-1')).toThrow();
});

test('a server secret that is short or missing is refused', () => {
  expect(() => new SecretBox('')).toThrow(RangeError);
  expect(() => new SecretBox('fifteen letters')).toThrow(RangeError);
});
