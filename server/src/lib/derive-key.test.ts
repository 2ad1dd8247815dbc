// What was made with the keys of an earlier server is still valid: the values were written down when the derivations were
// joined into one, and a change of any of them would void links, sealed secrets and API keys.
import { expect, test } from 'vitest';
import { createLinkSigner } from '../files/links.ts';
import { deriveBytes, deriveKey } from './derive-key.ts';
import { SecretBox } from './sealing.ts';

const SECRET = '0123456789abcdef'.repeat(4);

test('the key of a part has not changed, and another part has another key', () => {
  expect(deriveKey(SECRET, 'file links')).toBe(
    '3dca33dec294786c79264ce9eb4fcc90c7084211e2cf6bcbd7f98fd6b0bbb77a',
  );
  expect(deriveKey(SECRET, 'api keys')).not.toBe(deriveKey(SECRET, 'file links'));
});

test('a link that was signed earlier still opens', () => {
  const key = 'results/0193a4a0-0000-7000-8000-000000000001.mp4';
  const query = { expires: '1800000000', signature: 'TI1_QRz31xsiCku99aiYl2n2d0iOU4Jq64b2sZT1r_o' };
  const signer = createLinkSigner(deriveKey(SECRET, 'file links'));
  expect(signer.verify('GET', key, query, 0)?.expiresAtMs).toBe(1_800_000_000_000);
});

test('what was sealed earlier still opens', () => {
  const sealed = '01bf7f912dba4a8fcb170fcecd792651e026ea6a9a06394645bda14d0b5a97a833f2644dd8ae10c858444a3f98';
  const box = new SecretBox(deriveKey(SECRET, 'callback secrets'), 'reelay callback secrets');
  expect(box.open(Buffer.from(sealed, 'hex'), 'account-1 test').toString()).toBe('a signing secret');
});

test('a secret that is short or missing makes no key', () => {
  for (const short of ['', 'fifteen letters', new Uint8Array(15)]) {
    expect(() => deriveBytes(short, 'a use')).toThrow(RangeError);
  }
  expect(deriveBytes('sixteen letters!', 'a use')).toHaveLength(32);
});
