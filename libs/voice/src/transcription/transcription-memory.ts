import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Bytes, TraceCandidate, Transcript } from '@parlance/contracts';
import { Injectable } from '@nestjs/common';
import { stableJson } from '../cache/stable-json.js';
import { VoiceCache } from '../cache/voice-cache.js';
import type { NonEmpty, TranscriptionCandidate } from '../plan/plan.types.js';
import type { TranscriptionJob } from './transcription-job.js';

/** Raised whenever the same recording would give another transcript than before. */
const keyVersion = 3;

/** Bytes; about 0.6 ms. */
const HASHED_AT_ONCE = 1_048_576;

export interface KnownTranscript {
  transcript: Transcript;
  servedBy: TraceCandidate;
}

/** Transcripts that were made before, by what was heard and by whom. */
@Injectable()
export class TranscriptionMemory {
  constructor(private readonly cache: VoiceCache) {}

  /** One key per candidate, in the same order. */
  async keys({ recording, wish, candidates, tenant }: TranscriptionJob): Promise<NonEmpty<string>> {
    const digest = await digestOf(recording.bytes);
    const scope = this.cache.scopeOf(tenant);
    const keyOf = ({ provider, account, model, language, wishes = {} }: TranscriptionCandidate) => {
      const heard = [keyVersion, scope, provider.name, model, language, wish.prompt, wish.temperature, digest];
      const more = account === undefined && Object.keys(wishes).length === 0 ? [] : [{ ...wishes, account }];
      return createHash('sha256')
        .update(stableJson([...heard, ...more]))
        .digest('hex');
    };
    const [first, ...others] = candidates;
    return [keyOf(first), ...others.map((candidate) => keyOf(candidate))];
  }

  /**
   * What the first candidate has made of it, or one before it that is not asked now: an answer of another would
   * outlive its turn.
   */
  async recall({ candidates }: TranscriptionJob, keys: NonEmpty<string>): Promise<KnownTranscript | undefined> {
    const firstAsked = candidates.findIndex(({ barred }) => barred === undefined);
    const wanted = firstAsked < 0 ? keys : keys.slice(0, firstAsked + 1);
    const found = await this.cache.find<KnownTranscript>(wanted);
    return wanted.map((key) => found.get(key)?.head).find((known) => known !== undefined);
  }

  async remember(
    { tenant, agent, cacheTtlSeconds: ttlSeconds }: TranscriptionJob,
    key: string,
    candidate: TranscriptionCandidate,
    transcript: Transcript,
  ): Promise<void> {
    const known: KnownTranscript = { transcript, servedBy: transcriptionTrace(candidate) };
    await this.cache.keep(key, known, new Uint8Array(), { provider: candidate.provider.name, tenant, agent, ttlSeconds });
  }
}

/** SHA-256 (hex), a piece in each turn of the event loop: 3 ms for 5 MB; another thread copies it first, and took 7. */
async function digestOf(bytes: Bytes): Promise<string> {
  if (!(bytes instanceof Uint8Array)) return bytes.sha256;
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.byteLength; start += HASHED_AT_ONCE) {
    if (start > 0) await nextTurn();
    hash.update(bytes.subarray(start, start + HASHED_AT_ONCE));
  }
  return hash.digest('hex');
}

export function transcriptionTrace({ provider, model }: TranscriptionCandidate): TraceCandidate & { model: string } {
  return { provider: provider.name, model };
}
