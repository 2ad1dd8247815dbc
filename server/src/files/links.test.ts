import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLinkSigner, type LinkQuery, type LinkScope } from './links.ts';

const signer = createLinkSigner('a secret of this deployment');
const nowMs = Date.UTC(2026, 10, 21);
const endMs = nowMs + 60_000;
const reading: LinkScope = { method: 'GET', key: 'results/a/video.mp4' };
const writing: LinkScope = { method: 'PUT', key: 'uploads/a.png', contentType: 'image/png' };

function take(link: string): { key: string; query: LinkQuery } {
  const url = new URL(link, 'http://reelay.example');
  return { key: url.pathname.slice('/files/'.length), query: Object.fromEntries(url.searchParams) };
}

describe('a file link', () => {
  it.each([reading, writing])('opens the file that it was made for, until it expires', (scope) => {
    const { key, query } = take(signer.sign(scope, endMs));
    expect(signer.verify(scope.method, key, query, nowMs)).toEqual({ expiresAtMs: endMs });
    expect(signer.verify(scope.method, key, query, endMs - 1)).not.toBeNull();
    expect(signer.verify(scope.method, key, query, endMs)).toBeNull();
  });

  it('opens for every node that has the secret, and for no other', () => {
    const { key, query } = take(signer.sign(reading, endMs));
    const sibling = createLinkSigner('a secret of this deployment');
    const foreign = createLinkSigner('the secret of another deployment');
    expect(sibling.verify('GET', key, query, nowMs)).not.toBeNull();
    expect(foreign.verify('GET', key, query, nowMs)).toBeNull();
  });

  it('cannot be changed from reading to writing or back', () => {
    const read = take(signer.sign(reading, endMs));
    expect(signer.verify('PUT', read.key, read.query, nowMs)).toBeNull();
    expect(signer.verify('PUT', read.key, { ...read.query, content_type: 'video/mp4' }, nowMs)).toBeNull();
    const write = take(signer.sign(writing, endMs));
    const { content_type: _, ...withoutType } = write.query;
    expect(signer.verify('GET', write.key, write.query, nowMs)).toBeNull();
    expect(signer.verify('GET', write.key, withoutType, nowMs)).toBeNull();
  });

  it('is void with another key, end or content type', () => {
    const { key, query } = take(signer.sign(writing, endMs));
    const changes: [string, LinkQuery][] = [
      ['uploads/b.png', query],
      [key, { ...query, expires: String(endMs / 1_000 + 1) }],
      [key, { ...query, expires: `0${endMs / 1_000}` }],
      [key, { ...query, expires: [query.expires, query.expires] }],
      [key, { ...query, content_type: 'image/jpeg' }],
      [key, { ...query, content_type: 'IMAGE/PNG' }],
      [key, { ...query, signature: `${query.signature}=` }],
      [key, { ...query, signature: [query.signature] }],
      [key, { ...query, signature: '' }],
      [key, {}],
    ];
    for (const [otherKey, otherQuery] of changes) {
      expect([otherQuery, signer.verify('PUT', otherKey, otherQuery, nowMs)]).toEqual([otherQuery, null]);
    }
  });

  it('is void after a change of any one character of its signature', () => {
    const { key, query } = take(signer.sign(reading, endMs));
    const signature = String(query.signature);
    for (let index = 0; index < signature.length; index += 1) {
      const changed =
        signature.slice(0, index) + (signature[index] === 'A' ? 'B' : 'A') + signature.slice(index + 1);
      expect(signer.verify('GET', key, { ...query, signature: changed }, nowMs)).toBeNull();
    }
  });

  it('never opens for a made-up query', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (key, expires, signature, type) => {
        expect(signer.verify('GET', key, { expires, signature }, nowMs)).toBeNull();
        expect(signer.verify('PUT', key, { expires, signature, content_type: type }, nowMs)).toBeNull();
      }),
    );
  });

  it('cannot be made with an empty or short secret', () => {
    for (const secret of ['', 'short', '123456789012345']) {
      expect(() => createLinkSigner(secret)).toThrow('at least 16 characters');
    }
  });
});
