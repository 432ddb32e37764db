import type { TraceCandidate, Usage } from '@parlance/contracts';
import type { VoiceOperation } from './usage.types.js';

/**
 * What one call to a provider uses. It is what the provider says. When it says nothing, or breaks off, or is left in
 * the middle, it is all that was reserved as soon as the first audio or text has come: vendors bill what they were
 * asked for, not what was listened to. A call of which nothing came is free.
 */
export class Charge {
  private said: Usage | undefined;
  private hasCome = false;
  private taken: Usage = {};

  /** @param onChange told when it has become more */
  constructor(
    private readonly operation: VoiceOperation,
    readonly candidate: TraceCandidate,
    private readonly reserved: number,
    private readonly onChange: () => void,
  ) {}

  /** The provider has said what it counts, if it does. */
  says(usage: Usage | undefined): void {
    if (usage === undefined) return;
    this.said = usage;
    this.onChange();
  }

  /** Something has come of it. */
  comes(): void {
    if (this.hasCome) return;
    this.hasCome = true;
    this.onChange();
  }

  /** Nothing has come of it. */
  get isFree(): boolean {
    return this.said === undefined && !this.hasCome;
  }

  /** Characters of speech, or seconds of a recording. */
  get amountUsed(): number {
    return (this.operation === 'speak' ? this.used.characters : this.used.seconds) ?? 0;
  }

  /** What was used since this was last asked. */
  takeNew(): Usage {
    const { used, taken } = this;
    this.taken = used;
    const units = Object.keys(used) as (keyof Usage)[];
    return Object.fromEntries(units.map((unit) => [unit, (used[unit] ?? 0) - (taken[unit] ?? 0)]));
  }

  private get used(): Usage {
    if (this.isFree) return {};
    // A vendor that counts tokens still spoke so many characters.
    return { ...(this.operation === 'speak' ? { characters: this.reserved } : { seconds: this.reserved }), ...this.said };
  }
}
