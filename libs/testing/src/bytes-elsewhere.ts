import { createHash } from 'node:crypto';
import { AbortedError, Holders, type ByteSource } from '@parlance/contracts';

const HEAD_BYTES = 65_536;
const PIECE_BYTES = 10_000;

/** Bytes that are treated as if they lay in a file, and know what was done with them. */
export class BytesElsewhere implements ByteSource {
  readonly sha256: string;
  readonly head: Uint8Array;
  /** How often all of them were read. */
  reads = 0;
  /** Whether they were held, and nobody holds them any more. */
  isGivenBack = false;
  private readonly holders = new Holders(() => {
    this.isGivenBack = true;
  });

  constructor(private readonly bytes: Uint8Array) {
    this.sha256 = createHash('sha256').update(bytes).digest('hex');
    this.head = bytes.slice(0, HEAD_BYTES);
  }

  get sizeBytes(): number {
    return this.bytes.byteLength;
  }

  async read(): Promise<Uint8Array> {
    this.checkHeld();
    this.reads += 1;
    return this.bytes.slice();
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < this.bytes.byteLength; start += PIECE_BYTES) {
      this.checkHeld();
      yield this.bytes.slice(start, start + PIECE_BYTES);
    }
  }

  hold(): () => void {
    this.checkHeld();
    return this.holders.hold();
  }

  private checkHeld(): void {
    if (this.isGivenBack) throw new AbortedError(new Error('The bytes have been given back.'));
  }
}
