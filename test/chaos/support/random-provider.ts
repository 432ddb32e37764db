import { samplesToPcm16 } from '@parlance/audio';
import { ParlanceError, type SpeechAudio, type SpeechRequest } from '@parlance/contracts';
import { sentencesOf, speakSentences } from '@parlance/testing';
import { FakeSpeechProvider } from '../../../libs/voice/src/__fixtures__/fake-providers.js';

export const FAULTS = [
  'none',
  'server',
  'timeout',
  'rate',
  'auth',
  'quota',
  'unsupported',
  'exception',
  'empty',
  'short',
  'cut',
  'hang',
  'hang in the middle',
] as const;
export type RandomFault = (typeof FAULTS)[number];

export interface RandomSettings {
  /** Hz. */
  rate: number;
  gain: number;
  honoursSignal: boolean;
  faults: readonly RandomFault[];
}

/** A provider whose audio can be read back, and whose calls fail as they are told to. */
export class RandomProvider extends FakeSpeechProvider {
  private readonly waiting: RandomFault[];
  private open = 0;

  constructor(
    name: string,
    private readonly settings: RandomSettings,
  ) {
    super(name);
    this.waiting = [...settings.faults];
  }

  /** Streams that were begun and never ended, but for those that cannot be. */
  async leftOpen(): Promise<number> {
    for (let turn = 0; turn < 200 && this.open > 0; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
    return this.open;
  }

  override async speak({ text }: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    const fault = this.waiting.shift() ?? 'none';
    if (fault === 'exception') throw new TypeError('undefined is not a function');
    if (fault === 'hang') await this.forever(signal);
    if (['server', 'timeout', 'rate', 'auth', 'quota', 'unsupported'].includes(fault)) {
      throw new ParlanceError(fault as 'server', 'It failed.', { provider: this.name });
    }
    const { rate, gain } = this.settings;
    const samples = speakSentences(sentencesOf(text), rate).map((value: number) => value * gain);
    return { format: 'pcm', sampleRate: rate, chunks: this.stream(samplesToPcm16(samples), fault, signal), warnings: [] };
  }

  private async *stream(bytes: Uint8Array, fault: RandomFault, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.open++;
    try {
      if (fault === 'empty') return;
      if (fault === 'short') {
        yield bytes.subarray(0, 40);
        return;
      }
      const middle = 2 * Math.floor(bytes.length / 4) + 1;
      yield bytes.subarray(0, middle);
      if (fault === 'cut') throw new ParlanceError('server', 'It broke.', { provider: this.name });
      if (fault === 'hang in the middle') {
        if (!this.settings.honoursSignal) this.open--;
        await this.forever(signal);
      }
      yield bytes.subarray(middle);
    } finally {
      this.open--;
    }
  }

  private forever(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      if (!this.settings.honoursSignal) return;
      const leave = () => reject(new ParlanceError('aborted', 'Left.'));
      // Whoever read the piece before may have left meanwhile.
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }
}
