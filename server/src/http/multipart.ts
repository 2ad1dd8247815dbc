// Takes a form apart (multipart/form-data, RFC 7578 and RFC 2046, section 5.1). The parts are views of the body, so
// that a large file is never copied. It must never take what is cut off for a form.
import { isUtf8 } from 'node:buffer';
import { AppError } from '../errors.ts';

/** A field of a form. */
export interface FormPart {
  name: string;
  /** Given for a file; clients send an empty one too. */
  fileName: string | undefined;
  bytes: Buffer;
  /** Of a field that is no file. */
  text: string | undefined;
}

const PARTS_MAX = 1_000;
const HEAD_BYTES_MAX = 4_096;
const LINE_END = '\r\n';

function unreadable(message: string): AppError {
  return new AppError('body_unreadable', { message });
}

/** @throws AppError `body_unreadable` for a type without a boundary. */
function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw unreadable('The Content-Type of a form must name its boundary');
  return boundary;
}

/** The fields of a form, in their order. @throws AppError `body_unreadable`. */
export function readParts(body: Buffer, contentType: string): FormPart[] {
  const delimiter = Buffer.from(`${LINE_END}--${boundaryOf(contentType)}`);
  const first = delimiter.subarray(LINE_END.length);
  const parts: FormPart[] = [];
  let at = body.subarray(0, first.length).equals(first) ? first.length : startAfterPreamble(body, delimiter);
  for (;;) {
    const mark = body.toString('latin1', at, at + 2);
    if (mark === '--') return parts;
    if (mark !== LINE_END) throw unreadable('The form does not end with its boundary');
    const end = body.indexOf(delimiter, at);
    if (end === -1) throw unreadable('The form does not end with its boundary');
    if (parts.push(readPart(body.subarray(at + LINE_END.length, end))) > PARTS_MAX)
      throw unreadable(`The form has more than ${PARTS_MAX} parts`);
    at = end + delimiter.length;
  }
}

function startAfterPreamble(body: Buffer, delimiter: Buffer): number {
  const start = body.indexOf(delimiter);
  if (start === -1) throw unreadable('The body has no part: its boundary is not the one of the Content-Type');
  return start + delimiter.length;
}

function readPart(part: Buffer): FormPart {
  const headEnd = part.indexOf(LINE_END + LINE_END);
  if (headEnd === -1 || headEnd > HEAD_BYTES_MAX) throw unreadable('A part of the form has no head');
  const head = part.toString('utf8', 0, headEnd);
  const disposition = head.split(LINE_END).find((line) => /^content-disposition\s*:/i.test(line)) ?? '';
  if (!/^content-disposition\s*:\s*form-data\s*(?:;|$)/i.test(disposition))
    throw unreadable('A part of the form does not say which field it is');
  const name = parameterOf(disposition, 'name');
  if (name === undefined || name === '') throw unreadable('A part of the form has no name');
  const hasOnlyOtherName = /;\s*filename\*\s*=/i.test(disposition);
  const fileName = parameterOf(disposition, 'filename') ?? (hasOnlyOtherName ? '' : undefined);
  const bytes = part.subarray(headEnd + 2 * LINE_END.length);
  return { name, fileName, bytes, text: fileName === undefined ? readText(bytes, name) : undefined };
}

/** Quotes and line ends in a name are escaped as browsers do it (WHATWG HTML, multipart/form-data encoding). */
function parameterOf(disposition: string, parameter: string): string | undefined {
  const pattern = new RegExp(`;\\s*${parameter}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i');
  const [, quoted, plain] = pattern.exec(disposition) ?? [];
  const text = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain;
  return text?.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

function readText(bytes: Buffer, name: string): string {
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes) || text.includes('\0'))
    throw unreadable(`The field "${name.slice(0, 100)}" is not valid text`);
  return text;
}
