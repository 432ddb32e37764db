/** Where audio goes while it comes. */
export interface Sink {
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** Nothing more comes. */
  end(): void;
  /** Stops at once and gives everything back. */
  close(): void;
}
