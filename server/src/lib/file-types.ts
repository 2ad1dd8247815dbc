// The file types: what uploads accept and what a fetched picture may be. Each is recognised by its first
// bytes; the name and the announced type are only claims of the sender. It must never accept a type that a browser
// would run (HTML, SVG, PDF).

export interface FileType {
  contentType: string;
  /** Lower case, with the dot; the first is used for our own names. */
  extensions: readonly string[];
  /** Recognised by name, so that a refusal can say it, but never accepted: nothing here can decode it. */
  refused?: true;
  matches: (head: Buffer) => boolean;
}

/** Enough for every check below. */
export const FILE_HEAD_BYTES = 256;

const ascii = (head: Buffer, start: number, end: number): string => head.toString('latin1', start, end);
const startsWith = (head: Buffer, hex: string): boolean =>
  head.subarray(0, hex.length / 2).equals(Buffer.from(hex, 'hex'));
const isRiff = (head: Buffer, form: string): boolean =>
  ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === form;

/** The brands of an ISO base media file (ISO/IEC 14496-12, section 4.3): major first, then the compatible ones. */
function readBrands(head: Buffer): string[] {
  if (head.length < 12 || ascii(head, 4, 8) !== 'ftyp') return [];
  const boxEnd = Math.min(head.readUInt32BE(0), head.length);
  const brands = [ascii(head, 8, 12)];
  for (let offset = 16; offset + 4 <= boxEnd; offset += 4) brands.push(ascii(head, offset, offset + 4));
  return brands;
}

const STILL_IMAGE_BRANDS = /^(avif|avis|heic|heix|heim|heis|hevc|hevx|mif1|msf1)$/;

function hasBrand(head: Buffer, pattern: RegExp): boolean {
  return readBrands(head).some((brand) => pattern.test(brand));
}

function isMp4(head: Buffer): boolean {
  const [major] = readBrands(head);
  return major !== undefined && major !== 'qt  ' && !STILL_IMAGE_BRANDS.test(major);
}

/** QuickTime files older than the brand box begin with one of these atoms. */
function isQuicktime(head: Buffer): boolean {
  return readBrands(head)[0] === 'qt  ' || /^(moov|mdat|wide|free|skip)$/.test(ascii(head, 4, 8));
}

/** An ID3 tag, or the frame header of MPEG audio layer III with a valid version, bit rate and sample rate. */
function isMp3(head: Buffer): boolean {
  if (ascii(head, 0, 3) === 'ID3') return true;
  if (head.length < 4 || head.readUInt8(0) !== 0xff) return false;
  const [second, third] = [head.readUInt8(1), head.readUInt8(2)];
  const isLayer3 = (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08;
  return isLayer3 && third >> 4 !== 0xf && (third & 0x0c) !== 0x0c;
}

/** An EBML header (RFC 8794) that names the document type webm. */
function isWebm(head: Buffer): boolean {
  return startsWith(head, '1a45dfa3') && ascii(head, 4, 64).includes('webm');
}

function isBmp(head: Buffer): boolean {
  return head.length >= 26 && ascii(head, 0, 2) === 'BM' && head.readUInt32LE(6) === 0;
}

const FILE_TYPES: readonly FileType[] = [
  {
    contentType: 'image/jpeg',
    extensions: ['.jpg', '.jpeg', '.jfif', '.jpe'],
    matches: (head) => startsWith(head, 'ffd8ff'),
  },
  {
    contentType: 'image/png',
    extensions: ['.png'],
    matches: (head) => startsWith(head, '89504e470d0a1a0a'),
  },
  {
    contentType: 'image/webp',
    extensions: ['.webp'],
    matches: (head) => isRiff(head, 'WEBP'),
  },
  {
    contentType: 'image/gif',
    extensions: ['.gif'],
    matches: (head) => /^GIF8[79]a/.test(ascii(head, 0, 6)),
  },
  {
    contentType: 'image/tiff',
    extensions: ['.tiff', '.tif'],
    matches: (head) => startsWith(head, '49492a00') || startsWith(head, '4d4d002a'),
  },
  {
    contentType: 'image/avif',
    extensions: ['.avif'],
    matches: (head) => hasBrand(head, /^avi[fs]$/),
  },
  // No decoder is at hand for these: that of HEIC is under patents, and BMP is as large as it is rare.
  { contentType: 'image/bmp', extensions: ['.bmp'], refused: true, matches: isBmp },
  {
    contentType: 'image/heic',
    extensions: ['.heic', '.heif'],
    refused: true,
    matches: (head) => hasBrand(head, /^(hei[cxms]|hev[cx]|mif1|msf1)$/) && !hasBrand(head, /^avi[fs]$/),
  },
  { contentType: 'video/mp4', extensions: ['.mp4', '.m4v'], matches: isMp4 },
  { contentType: 'video/quicktime', extensions: ['.mov', '.qt'], matches: isQuicktime },
  { contentType: 'video/webm', extensions: ['.webm'], matches: isWebm },
  { contentType: 'audio/mpeg', extensions: ['.mp3'], matches: isMp3 },
  { contentType: 'audio/wav', extensions: ['.wav'], matches: (head) => isRiff(head, 'WAVE') },
];

/** Other names under which clients announce the same types. */
const ALIASES: Record<string, string> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/jfif': 'image/jpeg',
  'image/x-jpeg': 'image/jpeg',
  'image/x-jpg': 'image/jpeg',
  'image/x-citrix-jpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'image/x-citrix-png': 'image/png',
  'image/apng': 'image/png',
  'image/vnd.mozilla.apng': 'image/png',
  'image/x-webp': 'image/webp',
  'image/x-gif': 'image/gif',
  'image/tif': 'image/tiff',
  'image/x-tif': 'image/tiff',
  'image/x-tiff': 'image/tiff',
  'image/x-bmp': 'image/bmp',
  'image/x-ms-bmp': 'image/bmp',
  'image/x-windows-bmp': 'image/bmp',
  'image/heif': 'image/heic',
  'video/x-m4v': 'video/mp4',
  'video/m4v': 'video/mp4',
  'application/mp4': 'video/mp4',
  'video/mov': 'video/quicktime',
  'video/x-quicktime': 'video/quicktime',
  'audio/mp3': 'audio/mpeg',
  'audio/x-mp3': 'audio/mpeg',
  'audio/x-mpeg': 'audio/mpeg',
  'audio/mpeg3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-pn-wav': 'audio/wav',
};

/** Every content type that is accepted, for messages and documents. */
export const FILE_CONTENT_TYPES: readonly string[] = FILE_TYPES.filter(({ refused }) => !refused).map(
  ({ contentType }) => contentType,
);

/** The file type of a content type, ignoring parameters and case; undefined if it is unknown. */
export function findFileType(contentType: string): FileType | undefined {
  const name = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const canonical = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  return FILE_TYPES.find((type) => type.contentType === canonical);
}

/** The type that the first bytes of a file show. */
export function findFileTypeByHead(head: Buffer): FileType | undefined {
  return FILE_TYPES.find((type) => type.matches(head));
}

/** The type that a file name's extension stands for. */
export function findFileTypeByName(name: string): FileType | undefined {
  const extension = /\.[a-z0-9]+$/.exec(name.toLowerCase())?.[0];
  return FILE_TYPES.find((type) => extension !== undefined && type.extensions.includes(extension));
}
