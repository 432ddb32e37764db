const boundary = 'parlance-bench-boundary';
const SAMPLE_RATE = 16_000;
const HEADER_BYTES = 44;

export const uploadHeaders = { 'content-type': `multipart/form-data; boundary=${boundary}` };

export interface UploadedFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

/** A multipart body. */
export function upload(fields: Readonly<Record<string, string>>, { name, contentType, bytes }: UploadedFile): Buffer {
  const disposition = (field: string) => `--${boundary}\r\ncontent-disposition: form-data; name="${field}"`;
  const texts = Object.entries(fields).map(([field, value]) => `${disposition(field)}\r\n\r\n${value}\r\n`);
  const head = `${texts.join('')}${disposition('file')}; filename="${name}"\r\ncontent-type: ${contentType}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

/** A wav of so many bytes of noise: nothing but its size matters to who passes it on. */
export function noise(bytes: number): Buffer {
  const wav = Buffer.alloc(bytes);
  let state = 1;
  for (let index = HEADER_BYTES; index + 4 <= bytes; index += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    wav.writeUInt32LE(state & 0x0fff_0fff, index);
  }
  wav.write('RIFF');
  wav.writeUInt32LE(bytes - 8, 4);
  wav.write('WAVEfmt ', 8);
  for (const [value, offset] of [
    [16, 16],
    [SAMPLE_RATE, 24],
    [SAMPLE_RATE * 2, 28],
    [bytes - HEADER_BYTES, 40],
  ] as const)
    wav.writeUInt32LE(value, offset);
  for (const [value, offset] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ] as const)
    wav.writeUInt16LE(value, offset);
  wav.write('data', 36);
  return wav;
}
