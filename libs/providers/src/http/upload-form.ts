import { piecesOf, sizeOf, type Bytes } from '@parlance/contracts';
import { randomUUID } from 'node:crypto';

interface UploadedFile {
  name: string;
  filename: string;
  type: string;
  bytes: Bytes;
}

/**
 * The body of a `multipart/form-data` request: text fields, and one file whose bytes are sent as they lie. The form of the
 * platform copies them twice first, 8 ms for 5 MB, and reads them in pieces.
 */
export class UploadForm {
  private readonly boundary = `parlance-${randomUUID()}`;
  private readonly fields: [name: string, value: string][] = [];
  private file: UploadedFile | undefined;

  /** Adds a field; there may be several of one name. */
  append(name: string, value: string): void {
    this.fields.push([name, value]);
  }

  /** Adds a field, instead of those of its name that are there. */
  set(name: string, value: string): void {
    const others = this.fields.filter(([other]) => other !== name);
    this.fields.splice(0, this.fields.length, ...others, [name, value]);
  }

  /** @param type its media type */
  setFile(name: string, bytes: Bytes, filename: string, type: string): void {
    this.file = { name, bytes, filename, type };
  }

  get headers(): Readonly<Record<string, string>> {
    const length = this.parts().reduce((sum, part) => sum + sizeOf(part), 0);
    return { 'content-type': `multipart/form-data; boundary=${this.boundary}`, 'content-length': String(length) };
  }

  /**
   * To be read once; the form may be asked for another. A piece is good until the next is asked for. No stream of Node's: it
   * reads ahead what then waits in memory, and recordings of 5 MB at 16 connections took 1.4 to 1.7 times the processor.
   */
  async *pieces(): AsyncGenerator<Uint8Array> {
    for (const part of this.parts()) yield* piecesOf(part);
  }

  private parts(): Bytes[] {
    const head = (disposition: string, more = '') => `--${this.boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${more}\r\n`;
    const fields = this.fields.map(([name, value]) => `${head(`name="${quoted(name)}"`)}${value}\r\n`).join('');
    const end = `--${this.boundary}--\r\n`;
    if (this.file === undefined) return [Buffer.from(fields + end)];
    const { name, bytes, filename, type } = this.file;
    const before = head(`name="${quoted(name)}"; filename="${quoted(filename)}"`, `content-type: ${type}\r\n`);
    return [Buffer.from(fields + before), bytes, Buffer.from(`\r\n${end}`)];
  }
}

/** As browsers write names. */
function quoted(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
