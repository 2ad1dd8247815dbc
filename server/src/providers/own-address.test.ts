import { expect, test } from 'vitest';
import { ownAddress } from './own-address.ts';

const BASE = 'https://queue.example/v1';

test.each(['https://queue.example/v1/requests/7', 'https://QUEUE.example:443/elsewhere?x=1'])(
  'follows %s',
  (address) => {
    expect(ownAddress(address, BASE)).toBe(address);
  },
);

test.each([
  'https://queue.example.attacker.example/v1',
  'https://attacker.example/https://queue.example/v1',
  'http://queue.example/v1',
  'https://queue.example:8443/v1',
  'https://queue.example@attacker.example/v1',
  'https://user:pass@queue.example/v1',
  '/v1/requests/7',
  'file:///etc/passwd',
  'javascript:alert(1)',
  '',
  null,
  undefined,
  7,
])('does not follow %j', (address) => {
  expect(ownAddress(address, BASE)).toBeUndefined();
});

test('follows nothing when the base is not an address', () => {
  expect(ownAddress('file:///a', 'file:///b')).toBeUndefined();
  expect(ownAddress('https://queue.example', 'queue.example')).toBeUndefined();
});
