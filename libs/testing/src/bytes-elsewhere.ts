import { createHash } from 'node:crypto';
import { AbortedError, Holders, type ByteSource } from '@parlance/contracts';

const HEAD_BYTES = 65_536;

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

  constructor(
    private readonly bytes: Uint8Array,
    private readonly pieceBytes = 10_000,
  ) {
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
    const room = new Uint8Array(this.pieceBytes);
    for (let start = 0; start < this.bytes.byteLength; start += this.pieceBytes) {
      this.checkHeld();
      const piece = this.bytes.subarray(start, start + this.pieceBytes);
      // Whoever keeps the one before finds something else in it.
      room.set(piece);
      yield room.subarray(0, piece.byteLength);
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
