import { connect, type Socket } from 'node:net';
import { FaultLane } from './fault-lane.js';
import { judgeAnswer, judgeRequest, type FaultMode } from './fault-mode.js';

export interface FaultTarget {
  host: string;
  port: number;
}

/**
 * A reset overtakes what was sent before it and has not been read. A client in this process reads as soon as it can,
 * one in another is given this many milliseconds.
 */
const READING_TIME = 20;

/** A client's connection and the one to the target that belongs to it. */
export class FaultConnection {
  private readonly sockets: Socket[];
  private lanes: FaultLane[] = [];
  private mode: FaultMode;
  private parting: NodeJS.Timeout | undefined;
  /** Resolves when nothing of it is left. */
  readonly closed: Promise<void>;

  /** @param cut is told of the mode that cut an answer */
  constructor(
    client: Socket,
    target: FaultTarget,
    mode: FaultMode,
    private readonly onCut: (mode: FaultMode) => void,
  ) {
    this.mode = mode;
    // In a black hole there is nobody to talk to.
    const isAlone = mode.kind === 'black-hole' || mode.kind === 'reset' || mode.kind === 'refuse';
    const server = isAlone ? undefined : connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.sockets = server === undefined ? [client] : [client, server];
    this.closed = Promise.all(this.sockets.map(untilClosed)).then(() => this.stop());
    for (const socket of this.sockets) socket.on('error', () => this.reset());
    // Who has left a black hole waits for nothing, and would not be missed otherwise.
    client.on('end', () => this.mode.kind === 'black-hole' && this.reset());
    if (server === undefined) client.resume();
    else this.lanes = [this.requests(client, server), this.answers(server, client)];
    if (mode.kind === 'reset' || mode.kind === 'refuse') this.reset();
  }

  setMode(mode: FaultMode): void {
    this.mode = mode;
    const isEnd = mode.kind === 'reset' || mode.kind === 'refuse';
    // What a black hole has swallowed cannot be sent on: the client must begin anew.
    const isLost = this.sockets.length === 1 && mode.kind !== 'black-hole';
    if (isEnd || isLost) this.reset();
    else for (const lane of this.lanes) lane.setMode(mode);
  }

  /** Ends both sides at once, in a way that nobody takes for a regular end. */
  reset(): void {
    clearTimeout(this.parting);
    this.stop();
    for (const socket of this.sockets) {
      // A reset is no end for who has been told of another one, or has not begun.
      if (socket.connecting || socket.writableEnded) socket.destroy();
      else if (!socket.destroyed) socket.resetAndDestroy();
    }
  }

  private stop(): void {
    for (const lane of this.lanes) lane.stop();
  }

  private requests(from: Socket, to: Socket): FaultLane {
    return new FaultLane({ from, to, mode: this.mode, judge: judgeRequest, change: (_mode, bytes) => bytes, cut: () => this.reset() });
  }

  private answers(from: Socket, to: Socket): FaultLane {
    const lane = new FaultLane({ from, to, mode: this.mode, judge: judgeAnswer, change: garbled, cut: () => this.part(lane) });
    return lane;
  }

  private part(answers: FaultLane): void {
    answers.stop();
    // A timer may be late and come before what is there to be read, which the next turn comes after.
    this.parting = setTimeout(() => setImmediate(() => this.reset()), READING_TIME);
    this.onCut(this.mode);
  }
}

function garbled(mode: FaultMode, bytes: Uint8Array): Uint8Array {
  return mode.kind === 'garble' ? bytes.map((byte) => byte ^ 0xff) : bytes;
}

function untilClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}
