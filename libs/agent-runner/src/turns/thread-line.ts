import { AbortedError, ParlanceError } from '@parlance/contracts';
import { StandingTurn, type Place } from './place.js';
import type { LineAnswer, SharedLines } from './shared-lines.js';

/** What becomes of the turns before a new one: it waits for them, or cancels them and waits until they have left. */
export interface TurnRequest {
  /** A turn never cancels one of the same id. */
  id: string;
  secondMessage: 'wait' | 'cancel';
}

export interface LineSettings {
  /** How many turns may wait in one thread beside the one that runs. */
  maximumWaiting: number;
  /** How often to ask whether it is the turn of this process, in milliseconds. */
  lookMilliseconds: number;
  /** How often to say that a running turn is still there, in milliseconds. */
  renewMilliseconds: number;
}

/**
 * The turns of one thread in this process, in order of arrival. The first of them runs as soon as the first turn in the
 * line of all processes is one of this process: which of its own turns that is, this process decides.
 */
export class ThreadLine {
  private readonly turns: StandingTurn[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Rises when a turn leaves: what Redis has answered before is of no use to the next one. */
  private changes = 0;

  constructor(
    private readonly name: string,
    private readonly shared: SharedLines,
    private readonly settings: LineSettings,
    private readonly onEmpty: () => void,
  ) {}

  /** @throws ParlanceError `rate` (too many wait), AbortedError (the caller has left while it waited) */
  async enter(ticket: string, { id, secondMessage }: TurnRequest, signal: AbortSignal): Promise<Place> {
    const cancels = secondMessage === 'cancel';
    const staying = this.turns.filter((turn) => turn.cancelledBy === undefined && !(cancels && turn.id !== id));
    if (staying.length > this.settings.maximumWaiting) throw tooMany(this.settings.maximumWaiting);
    const turn = new StandingTurn(ticket, id, (left) => this.leave(left));
    this.turns.push(turn);
    if (cancels) for (const other of this.turns) if (other.id !== id) other.cancel(id);
    const abandon = () => this.abandon(turn, new AbortedError(signal.reason));
    signal.addEventListener('abort', abandon, { once: true });
    try {
      void this.tell({ ticket, cancels });
      return await turn.entered;
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  }

  /** Something has changed in the line of all processes. */
  look(): void {
    if (this.turns.length > 0) void this.tell();
  }

  /** Those that wait will not run; those that run go on. */
  close(): void {
    const stopping = new ParlanceError('unavailable', 'The service is stopping. Send the message again in a moment.');
    for (const turn of this.turns.filter(({ state }) => state === 'waiting')) this.abandon(turn, stopping);
    clearTimeout(this.timer);
  }

  private abandon(turn: StandingTurn, error: Error): void {
    if (turn.state !== 'waiting') return;
    turn.refuse(error);
    this.remove(turn);
    void this.tell();
  }

  private async leave(turn: StandingTurn): Promise<void> {
    if (turn.state === 'gone') return;
    turn.state = 'gone';
    this.remove(turn);
    await this.tell();
  }

  private remove(turn: StandingTurn): void {
    this.changes += 1;
    this.turns.splice(this.turns.indexOf(turn), 1);
    if (this.turns.length > 0) return;
    clearTimeout(this.timer);
    this.onEmpty();
  }

  /** Says what this process has in the line, and goes on as the answer allows. */
  private async tell(coming?: { ticket: string; cancels: boolean }): Promise<void> {
    if (!this.shared.isConfigured) return this.goOnAlone();
    const { changes } = this;
    const turns = this.turns.filter(({ lost }) => !lost);
    const answer = await this.shared.tell(this.name, { turns, ...(coming !== undefined && { coming }) });
    if (answer?.full === true) {
      const refused = this.turns.find(({ ticket, state }) => ticket === coming?.ticket && state === 'waiting');
      if (refused !== undefined) {
        refused.refuse(tooMany(this.settings.maximumWaiting));
        this.remove(refused);
        return this.tell();
      }
    }
    this.heed(answer, changes);
  }

  private heed(answer: LineAnswer | undefined, changes: number): void {
    for (const [ticket, by] of answer?.cancelled ?? []) this.turns.find((turn) => turn.ticket === ticket)?.cancel(by);
    // Whoever has left before this has told so himself.
    if (changes !== this.changes) return;
    if (answer === undefined) this.goOnAlone();
    else this.goOn(answer.first);
    this.tellLater();
  }

  private goOnAlone(): void {
    const turn = this.turns[0];
    if (turn?.state === 'waiting') turn.run(false);
  }

  private goOn(first: boolean): void {
    const turn = this.turns[0];
    if (turn === undefined || turn.lost) return;
    if (turn.state === 'waiting') {
      if (first) turn.run(true);
    } else if (first) turn.granted = true;
    else if (turn.granted) {
      turn.lose();
      // It stands in the line no longer, or others would wait for it.
      void this.tell();
    }
  }

  private tellLater(): void {
    clearTimeout(this.timer);
    const turn = this.turns[0];
    if (turn === undefined) return;
    const { lookMilliseconds, renewMilliseconds } = this.settings;
    this.timer = setTimeout(() => void this.tell(), turn.state === 'waiting' ? lookMilliseconds : renewMilliseconds);
    this.timer.unref();
  }
}

function tooMany(waiting: number): ParlanceError {
  const message = `${waiting} messages of this thread wait for their turn already. Wait for their replies before you send more.`;
  return new ParlanceError('rate', message, { reason: 'too_many_turns', retryAfterSeconds: 1 });
}
