// The codes of a second factor against the vectors of their standards.
import { expect, it } from 'vitest';
import { codeOfStep, otpauthLink, stepsOfCode, toBase32 } from './totp.ts';

const SECRET = Buffer.from('12345678901234567890');

it.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('gives at second %i the code of RFC 6238, appendix B', (second, code) => {
  expect(codeOfStep(SECRET, Math.floor(second / 30))).toBe(code);
});

it('takes a code one step early or late, and no further', () => {
  const steps = [-2, -1, 0, 1, 2].map((offset) =>
    stepsOfCode(SECRET, codeOfStep(SECRET, 1000 + offset), 1000),
  );
  expect(steps).toEqual([[], [999], [1000], [1001], []]);
  for (const code of ['', '12345', '1234567', '12345a', '١٢٣٤٥٦'])
    expect(stepsOfCode(SECRET, code, 1000)).toEqual([]);
});

it.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('writes %j in the letters of RFC 4648', (text, letters) => {
  expect(toBase32(Buffer.from(text))).toBe(letters);
});

it('makes a link that names the server and the person, whatever stands in them', () => {
  const link = otpauthLink(SECRET, { issuer: 'Reelay example.com', email: 'a:b+c@example.com' });
  expect(link).toBe(
    'otpauth://totp/Reelay%20example.com:a%3Ab%2Bc%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Reelay%20example.com&algorithm=SHA1&digits=6&period=30',
  );
});
