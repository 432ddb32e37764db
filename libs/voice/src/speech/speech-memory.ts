import { pcm16ToSamples, samplesToPcm16, type Pcm } from '@parlance/audio';
import type { AudioFormat, SpeechAudio } from '@parlance/contracts';
import { Injectable } from '@nestjs/common';
import { VoiceCache, type Owner } from '../cache/voice-cache.js';
import type { NonEmpty, SpeechCandidate } from '../plan/plan.types.js';
import { once } from '../streams/async-streams.js';
import type { Passage } from './speak-once.js';
import { speechKey } from './speech-key.js';
import type { SpeechJob, Utterance } from './utterance.js';

/**
 * Instead of the format in the keys of passages: their samples have the rate of whoever spoke them, and those of a whole in
 * `pcm` the rate that was asked for.
 */
const PASSAGE = 'passage';

interface SpeechHead {
  format: AudioFormat;
  sampleRate: number;
}

/** Speech that was made before: wholes as they were served, pieces of long texts as samples. */
@Injectable()
export class SpeechMemory {
  constructor(private readonly cache: VoiceCache) {}

  /** What any candidate has made of the whole text: one round trip. `bytes` of the first may be served at once. */
  async recall({ utterance, candidates }: SpeechJob): Promise<Map<SpeechCandidate, SpeechAudio & { bytes: Uint8Array }>> {
    return this.find(candidates, (candidate) => this.keyOf(candidate, utterance));
  }

  /** What memory has under a key of {@link keys}, at once: `bytes` are the cache's own, to be read only. */
  lend(key: string): (SpeechHead & { bytes: Uint8Array }) | undefined {
    const entry = this.cache.lend<SpeechHead>(key);
    return entry && { ...entry.head, bytes: entry.body };
  }

  /** Under which the audio of each candidate is kept, best first. */
  keys({ utterance, candidates: [first, ...others] }: SpeechJob): NonEmpty<string> {
    return [this.keyOf(first, utterance), ...others.map((candidate) => this.keyOf(candidate, utterance))];
  }

  async remember({ utterance }: SpeechJob, servedBy: SpeechCandidate, sampleRate: number, bytes: Uint8Array): Promise<void> {
    const head: SpeechHead = { format: utterance.format, sampleRate };
    await this.cache.keep(this.keyOf(servedBy, utterance), head, bytes, ownerOf(servedBy, utterance));
  }

  /** A passage of a long text as candidates have made it. @param candidates best first */
  async recallPassage(
    { utterance }: SpeechJob,
    candidates: readonly SpeechCandidate[],
    text: string,
  ): Promise<Map<SpeechCandidate, Passage>> {
    const found = await this.find(candidates, (candidate) => this.keyOf(candidate, { ...utterance, text }, PASSAGE));
    const passage = ({ bytes, sampleRate }: { bytes: Uint8Array; sampleRate: number }): Passage => ({
      pcm: { samples: pcm16ToSamples(bytes), sampleRate },
      warnings: [],
    });
    return new Map([...found].map(([candidate, audio]) => [candidate, passage(audio)]));
  }

  /** Keeps a passage under the key of who really spoke it. */
  async rememberPassage({ utterance }: SpeechJob, servedBy: SpeechCandidate, text: string, { samples, sampleRate }: Pcm): Promise<void> {
    const head: SpeechHead = { format: 'pcm', sampleRate };
    const key = this.keyOf(servedBy, { ...utterance, text }, PASSAGE);
    await this.cache.keep(key, head, samplesToPcm16(samples), ownerOf(servedBy, utterance));
  }

  private keyOf(candidate: SpeechCandidate, { text, tenant }: Pick<Utterance, 'text' | 'tenant'>, format?: typeof PASSAGE): string {
    return speechKey(candidate, text, this.cache.scopeOf(tenant), format);
  }

  private async find(candidates: readonly SpeechCandidate[], keyOf: (candidate: SpeechCandidate) => string) {
    const keys = new Map(candidates.map((candidate) => [candidate, keyOf(candidate)]));
    const entries = await this.cache.find<SpeechHead>([...keys.values()]);
    const known = new Map<SpeechCandidate, SpeechAudio & { bytes: Uint8Array }>();
    for (const [candidate, key] of keys) {
      const entry = entries.get(key);
      if (entry === undefined) continue;
      known.set(candidate, { ...entry.head, bytes: entry.body, chunks: once(entry.body), warnings: [] });
    }
    return known;
  }
}

function ownerOf({ provider }: SpeechCandidate, { tenant, agent, cacheTtlSeconds }: SpeechJob['utterance']): Owner {
  return { provider: provider.name, tenant, agent, ttlSeconds: cacheTtlSeconds };
}
