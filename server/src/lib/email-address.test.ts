import { expect, it } from 'vitest';
import { isEmailAddress } from './email-address.ts';

it.each(['a@b', 'ada@example.com', "o'neil+reelay@mail.example.co.uk", 'a.b-c_d@x-y.example'])(
  'takes %s',
  (text) => {
    expect(isEmailAddress(text)).toBe(true);
  },
);

it.each([
  '',
  '@',
  'ada',
  'ada@',
  '@example.com',
  'a@b@c d',
  'ada@example.com, eve@example.com',
  'ada <ada@example.com>',
  '"ada@example.com eve"@evil.example',
  'ada@example.com\r\nBcc: eve@example.com',
  'ada..b@example.com',
  'ada@-example.com',
  'ada@exa_mple.com',
  'ada@example..com',
  `${'a'.repeat(65)}@example.com`,
  `a@${'b.'.repeat(126)}com`,
])('refuses %j', (text) => {
  expect(isEmailAddress(text)).toBe(false);
});
