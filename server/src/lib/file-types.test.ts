import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PICTURE_TYPES } from '../../../draft/job.ts';
import { FILE_CONTENT_TYPES, findFileType, findFileTypeByName } from './file-types.ts';
import { mediaHeads } from './testing-media.ts';

function typesMatching(head: Buffer): string[] {
  return Object.keys(mediaHeads).filter((contentType) => findFileType(contentType)?.matches(head));
}

describe('a file type', () => {
  it('is known to the tests for every accepted content type', () => {
    expect(Object.keys(mediaHeads)).toEqual(expect.arrayContaining([...FILE_CONTENT_TYPES]));
  });

  it.each(Object.entries(mediaHeads))(
    '%s is recognised by its first bytes, and as nothing else',
    (contentType, heads) => {
      for (const head of heads) expect(typesMatching(head)).toEqual([contentType]);
    },
  );

  it.each([
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['PDF', '%PDF-1.7'],
    ['a playlist', '#EXTM3U\nhttp://169.254.169.254/'],
    ['a ZIP archive', 'PK\x03\x04'],
    ['a program', '\x7fELF'],
    ['Matroska, which no browser plays', '\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska'],
    ['an AVI film', 'RIFF\x24\0\0\0AVI LIST'],
    ['an AAC stream', '\xff\xf1\x50\x80'],
    ['a text that begins like a bitmap', 'BMW cars are fine things to film'],
    ['nothing', ''],
  ])('is none for %s', (_kind, text) => {
    expect(typesMatching(Buffer.from(text, 'latin1'))).toEqual([]);
  });

  it('is never found by two checks at once, and no check reads beyond its bytes', () => {
    const heads = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc
        .tuple(fc.constantFrom(...Object.values(mediaHeads).flat()), fc.nat(40))
        .map(([head, end]) => head.subarray(0, end)),
    );
    fc.assert(
      fc.property(heads, (bytes) => {
        expect(typesMatching(Buffer.from(bytes)).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is found under other names, with parameters and in any case', () => {
    expect(findFileType('IMAGE/JPG; q=1')?.contentType).toBe('image/jpeg');
    expect(findFileType('audio/mp3')?.contentType).toBe('audio/mpeg');
    for (const [other, name] of [
      ['image/x-png', 'image/png'],
      ['image/pjpeg', 'image/jpeg'],
      ['image/jfif', 'image/jpeg'],
      ['image/tif', 'image/tiff'],
      ['video/mov', 'video/quicktime'],
    ]) {
      expect(findFileType(other)?.contentType).toBe(name);
    }
    for (const name of ['', 'image/svg+xml', 'text/html', 'constructor', '__proto__', 'image']) {
      expect(findFileType(name)).toBeUndefined();
    }
  });

  it('D5: of a picture is accepted if, and only if, the renderer decodes it', () => {
    expect(FILE_CONTENT_TYPES.filter((name) => name.startsWith('image/'))).toEqual([...PICTURE_TYPES]);
    expect(FILE_CONTENT_TYPES).not.toContain('image/heic');
    expect(FILE_CONTENT_TYPES).not.toContain('image/bmp');
  });

  it('is found by the extension of a name', () => {
    expect(findFileTypeByName('results/a/last_frame.png')?.contentType).toBe('image/png');
    for (const name of ['a.b.jpeg', 'A.JPG', 'a.jfif', 'a.jpe']) {
      expect(findFileTypeByName(name)?.contentType).toBe('image/jpeg');
    }
    for (const name of ['png', 'a.html', 'a.', '']) expect(findFileTypeByName(name)).toBeUndefined();
  });
});
