// The smallest byte strings that begin like a file of each type. Only for tests.

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** The first box of an ISO base media file, with a major brand and compatible ones. */
function ftyp(...brands: string[]): Buffer {
  const [major = '', ...compatible] = brands;
  const text = `ftyp${major}\0\0\0\0${compatible.join('')}`;
  const size = Buffer.alloc(4);
  size.writeUInt32BE(text.length + 4);
  return Buffer.concat([size, Buffer.from(text, 'latin1')]);
}

/** First bytes by content type; several where a type has several forms. */
export const mediaHeads: Record<string, Buffer[]> = {
  'image/jpeg': [hex('ffd8ffe0 00104a46494600')],
  'image/png': [hex('89504e470d0a1a0a 0000000d49484452')],
  'image/webp': [Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1')],
  'image/gif': [Buffer.from('GIF89a\x01\0'), Buffer.from('GIF87a\x01\0')],
  'image/tiff': [hex('49492a0008000000'), hex('4d4d002a00000008')],
  'image/avif': [ftyp('avif', 'mif1', 'miaf'), ftyp('mif1', 'avif')],
  'image/bmp': [
    Buffer.concat([Buffer.from('BM'), hex('46000000 00000000 36000000 28000000 01000000 01000000')]),
  ],
  'image/heic': [ftyp('heic', 'mif1'), ftyp('mif1', 'heic')],
  'video/mp4': [ftyp('isom', 'iso2', 'avc1', 'mp41'), ftyp('mp42'), ftyp('M4V '), ftyp('iso5', 'dash')],
  'video/quicktime': [ftyp('qt  '), Buffer.from('\0\0\0\x08wide\0\0\0\0mdat', 'latin1')],
  'video/webm': [
    Buffer.concat([hex('1a45dfa3 9f4286810142f7810142f2810442f381084282 84'), Buffer.from('webm')]),
  ],
  'audio/mpeg': [Buffer.from('ID3\x04\0\0'), hex('fffb9064'), hex('fff38464')],
  'audio/wav': [Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1')],
};

/** A file of the type, filled up to a size with bytes that differ from place to place. */
export function makeMedia(contentType: string, sizeBytes: number): Buffer {
  const head = mediaHeads[contentType]?.[0] ?? Buffer.alloc(0);
  const filling = Buffer.alloc(Math.max(0, sizeBytes - head.length));
  for (let index = 0; index < filling.length; index += 1) filling[index] = (index * 7) % 251;
  return Buffer.concat([head, filling]);
}
