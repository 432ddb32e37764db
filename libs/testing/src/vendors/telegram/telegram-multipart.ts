import type { MultipartFile } from '../captured-request.js';

interface Part {
  name: string;
  /** Absent: a field and no file. */
  filename?: string;
  type: string;
  bytes: Buffer;
}

/**
 * A form as Telegram reads it: names of files need no quotation marks, and names of headers may be small, both of which the
 * platform's own reader refuses.
 * @returns `undefined` when it is none
 */
export function readTelegramForm(
  contentType: string,
  body: Buffer,
): { fields: Record<string, string>; files: MultipartFile[] } | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  const parts = boundary === undefined ? undefined : splitParts(body, boundary);
  if (parts === undefined) return undefined;
  const fields: Record<string, string> = {};
  const files: MultipartFile[] = [];
  for (const { name, filename, type, bytes } of parts) {
    if (filename === undefined) fields[name] = bytes.toString('utf8');
    else files.push({ name, filename, type, bytes });
  }
  return { fields, files };
}

function splitParts(body: Buffer, boundary: string): Part[] | undefined {
  const parts: Part[] = [];
  const border = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  for (let start = whole.indexOf(border); start >= 0;) {
    const from = start + border.length;
    if (whole.subarray(from, from + 2).toString('latin1') === '--') return parts;
    const end = whole.indexOf(border, from);
    const part = end < 0 ? undefined : readPart(whole.subarray(from, end));
    if (part === undefined) return undefined;
    parts.push(part);
    start = end;
  }
  return undefined;
}

function readPart(part: Buffer): Part | undefined {
  const headEnd = part.indexOf('\r\n\r\n');
  if (headEnd < 0 || part.subarray(0, 2).toString('latin1') !== '\r\n') return undefined;
  const head = part.subarray(2, headEnd).toString('utf8');
  const disposition = /^content-disposition:\s*form-data;(.*)$/im.exec(head)?.[1] ?? '';
  const name = /(?:^|[;\s])name="([^"]*)"/i.exec(disposition)?.[1];
  const [, quoted, bare] = /(?:^|[;\s])filename=(?:"([^"]*)"|([^;\s]+))/i.exec(disposition) ?? [];
  const filename = quoted ?? bare;
  const type = /^content-type:\s*(\S+)/im.exec(head)?.[1] ?? 'text/plain';
  return name === undefined ? undefined : { name, type, bytes: part.subarray(headEnd + 4), ...(filename !== undefined && { filename }) };
}
