// Recognises a picture by its first bytes; its name is only a claim of the sender. The list holds raster formats that
// the decoder reads safely; markup (SVG, PDF) must never be in it.

/** What sharp calls a format that it decodes. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'heif';

/** Enough for every check below. */
export const HEAD_BYTES = 256;

const ascii = (head: Buffer, start: number, end: number): string => head.toString('latin1', start, end);
const startsWith = (head: Buffer, hex: string): boolean =>
  head.subarray(0, hex.length / 2).equals(Buffer.from(hex, 'hex'));

/** The brands of an ISO base media file (ISO/IEC 14496-12, section 4.3): major first, then the compatible ones. */
function readBrands(head: Buffer): string[] {
  if (head.length < 12 || ascii(head, 4, 8) !== 'ftyp') return [];
  const boxEnd = Math.min(head.readUInt32BE(0), head.length);
  const brands = [ascii(head, 8, 12)];
  for (let offset = 16; offset + 4 <= boxEnd; offset += 4) brands.push(ascii(head, offset, offset + 4));
  return brands;
}

function hasBrand(head: Buffer, pattern: RegExp): boolean {
  return readBrands(head).some((brand) => pattern.test(brand));
}

const isAvif = (head: Buffer): boolean => hasBrand(head, /^avi[fs]$/);

const FORMATS: Record<PictureFormat, (head: Buffer) => boolean> = {
  jpeg: (head) => startsWith(head, 'ffd8ff'),
  png: (head) => startsWith(head, '89504e470d0a1a0a'),
  webp: (head) => ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP',
  gif: (head) => /^GIF8[79]a/.test(ascii(head, 0, 6)),
  tiff: (head) => startsWith(head, '49492a00') || startsWith(head, '4d4d002a'),
  heif: isAvif,
};

/** The format that the first bytes show; undefined for what is not decoded. */
export function findPictureFormat(head: Buffer): PictureFormat | undefined {
  return (Object.keys(FORMATS) as PictureFormat[]).find((format) => FORMATS[format](head));
}

/** What phones save by default. Its codec is under patents, so the decoder comes without it. */
export function isHeic(head: Buffer): boolean {
  return hasBrand(head, /^(hei[cxms]|hev[cx]|mif1|msf1)$/) && !isAvif(head);
}
