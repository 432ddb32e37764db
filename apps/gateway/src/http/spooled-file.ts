import { AbortedError, Holders, ParlanceError, type ByteSource } from '@parlance/contracts';
import type { FileHandle } from 'node:fs/promises';

/** Bytes. With a mebibyte the pieces of 16 uploads make a heap of their own; with less there are more turns to each. */
const PIECE_BYTES = 262_144;

export interface SpooledContent {
  sizeBytes: number;
  sha256: string;
  head: Uint8Array;
}

/**
 * An upload in a file that has no name any more: what is open is all there is of it, so that nothing is left behind by a
 * process that ends, however it does. It is closed when the last who holds it lets go.
 */
export class SpooledFile implements ByteSource {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly head: Uint8Array;
  private isGivenBack = false;
  private readonly holders = new Holders(() => {
    this.isGivenBack = true;
    // It waits for what is being read. Nothing can be done about a file that does not close.
    this.handle.close().catch(() => undefined);
  });

  constructor(
    private readonly handle: FileHandle,
    { sizeBytes, sha256, head }: SpooledContent,
  ) {
    this.sizeBytes = sizeBytes;
    this.sha256 = sha256;
    this.head = head;
  }

  async read(): Promise<Uint8Array> {
    const whole = Buffer.allocUnsafeSlow(this.sizeBytes);
    await this.fill(whole, 0);
    return whole;
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    const room = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, this.sizeBytes));
    for (let start = 0; start < this.sizeBytes; start += room.byteLength) {
      const piece = room.subarray(0, this.sizeBytes - start);
      await this.fill(piece, start);
      yield piece;
    }
  }

  hold(): () => void {
    if (this.isGivenBack) throw givenBack();
    return this.holders.hold();
  }

  private async fill(room: Uint8Array, position: number): Promise<void> {
    for (let filled = 0; filled < room.byteLength;) {
      if (this.isGivenBack) throw givenBack();
      const { bytesRead } = await this.handle.read(room, filled, room.byteLength - filled, position + filled).catch((cause: unknown) => {
        throw unreadable(cause);
      });
      if (bytesRead === 0) throw unreadable(new Error('The file is shorter than what was written.'));
      filled += bytesRead;
    }
  }
}

function givenBack(): AbortedError {
  return new AbortedError(new Error('The upload has been answered, and is gone.'));
}

function unreadable(cause: unknown): ParlanceError {
  return new ParlanceError('unavailable', 'The upload cannot be read from where it was put. Send it again.', {
    reason: 'upload_not_kept',
    cause,
  });
}
