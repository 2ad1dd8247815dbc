import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { formatSecret, generateSecret, signMessage } from './signature.ts';

const nowMs = Date.now();
const secret = generateSecret();
const webhook = new Webhook(formatSecret(secret));
const ID = '0198c0de-0000-7000-8000-000000000001';
const BODY = '{"task_id":"0198c0de-0000-7000-8000-000000000002","status":"success","prompt":"été 🎬"}';

/** The text with one bit of its bytes flipped; undefined when that gives the same text as before. */
function flipBit(text: string, bit: number): string | undefined {
  const bytes = Buffer.from(text);
  const place = bit % (bytes.length * 8);
  bytes[place >> 3] ^= 1 << (place & 7);
  const changed = bytes.toString('utf8');
  return changed === text ? undefined : changed;
}

test('the public library makes the same signature', () => {
  const headers = signMessage({ id: ID, sentAtMs: nowMs, body: BODY }, [secret]);
  expect(headers['webhook-signature']).toBe(webhook.sign(ID, new Date(nowMs), BODY));
});

test('a message of any text verifies', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), (json) => {
      const headers = signMessage({ id: ID, sentAtMs: nowMs, body: json }, [secret]);
      expect(webhook.verify(json, headers)).toEqual(JSON.parse(json));
    }),
  );
});

test('one flipped bit in the body, the id, the time or the signature is rejected', () => {
  const headers = signMessage({ id: ID, sentAtMs: nowMs, body: BODY }, [secret]);
  const parts = ['body', 'webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
  fc.assert(
    fc.property(fc.constantFrom(...parts), fc.nat(100_000), (part, bit) => {
      const changed = flipBit(part === 'body' ? BODY : headers[part], bit);
      fc.pre(changed !== undefined && !isSameSignature(part, changed, headers));
      const message = part === 'body' ? changed : BODY;
      const sent = part === 'body' ? headers : { ...headers, [part]: changed };
      expect(() => webhook.verify(message, sent, { jsonParse: false })).toThrow();
    }),
    { numRuns: 2_000 },
  );
});

/** The last character of base64 holds two bits without a meaning: flipping them leaves the same signature. */
function isSameSignature(part: string, changed: string, headers: Record<string, string>): boolean {
  if (part !== 'webhook-signature') return false;
  const bytes = (text: string) => Buffer.from(text.slice('v1,'.length), 'base64');
  return changed.startsWith('v1,') && bytes(changed).equals(bytes(headers[part]));
}

test('another secret is rejected', () => {
  const headers = signMessage({ id: ID, sentAtMs: nowMs, body: BODY }, [generateSecret()]);
  expect(() => webhook.verify(BODY, headers)).toThrow('No matching signature');
});

test('a message carries a signature of each secret', () => {
  const other = generateSecret();
  const headers = signMessage({ id: ID, sentAtMs: nowMs, body: BODY }, [other, secret]);
  expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
  for (const key of [other, secret]) {
    expect(() => new Webhook(formatSecret(key)).verify(BODY, headers)).not.toThrow();
  }
});

test('nothing is signed without a secret or with a short one', () => {
  expect(() => signMessage({ id: ID, sentAtMs: nowMs, body: BODY }, [])).toThrow(RangeError);
  expect(() => signMessage({ id: ID, sentAtMs: nowMs, body: BODY }, [Buffer.alloc(0)])).toThrow(RangeError);
  expect(() => signMessage({ id: ID, sentAtMs: nowMs, body: BODY }, [secret, Buffer.alloc(23)])).toThrow(
    RangeError,
  );
});

test('secrets are 32 random bytes in the form that the specification names', () => {
  expect(formatSecret(generateSecret())).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
});
