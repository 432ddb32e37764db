/** What goes wrong with one request, whatever the vendor. */
export type Fault =
  /** This instead of the vendor's answer. */
  | { kind: 'reply'; status: number; headers?: Readonly<Record<string, string>>; body?: string | Uint8Array }
  /** These pieces instead of the vendor's answer, without their length. */
  | { kind: 'stream'; headers?: Readonly<Record<string, string>>; body: readonly Uint8Array[] }
  /** No answer, until the client leaves or the stand-in is closed. */
  | { kind: 'hang' }
  /** The head and the first half of the body, then nothing more. */
  | { kind: 'hang-mid-body' }
  /** The head and the first half of the body, then the socket is destroyed. */
  | { kind: 'cut' }
  /** The vendor's head, and no byte of a body. */
  | { kind: 'empty' }
  /** 200, and the page of some proxy. */
  | { kind: 'html' }
  /** The socket is destroyed before any answer. */
  | { kind: 'refuse' }
  /** The vendor's answer, after `release`. */
  | { kind: 'late'; release: Promise<void> }
  /** The head and the first half of the body, the rest after `release`. */
  | { kind: 'gate'; release: Promise<void> };

export type ReplyFault = Extract<Fault, { kind: 'reply' }>;

/** What a stand-in answers. */
export interface StandInReply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /**
   * Several pieces are sent as they are, each flushed; one piece is sent with its length. Pieces that take their time
   * are made while they are sent; `gone` aborts when the client leaves.
   */
  body?: Uint8Array | string | readonly (Uint8Array | string)[] | ((gone: AbortSignal) => AsyncIterable<Uint8Array>);
}
