import { measureLoudness, withGain, type Pcm } from '@parlance/audio';
import type { SpeechCandidate } from '../plan/plan.types.js';

/** More than this is not another loudness but another recording. */
const MOST_DECIBELS = 12;
/** So short that no sound is lost, and long enough that a joint does not click. */
const FADE_SECONDS = 0.005;

/**
 * Makes passages of several providers sound as loud as those of the first. Passages of one provider get the same
 * gain, so that what is meant to be louder stays louder.
 */
export class MatchedLevels {
  private reference: number | undefined;
  private before: SpeechCandidate | undefined;
  private readonly gains = new Map<SpeechCandidate, number>();

  /** In the order in which the passages are heard. */
  match(candidate: SpeechCandidate, pcm: Pcm): Pcm {
    const changes = this.before !== undefined && this.before !== candidate;
    this.before = candidate;
    const leveled = this.withItsGain(candidate, pcm);
    return changes ? fadedIn(leveled) : leveled;
  }

  private withItsGain(candidate: SpeechCandidate, pcm: Pcm): Pcm {
    let gain = this.gains.get(candidate);
    if (gain === undefined) {
      const loudness = measureLoudness(pcm);
      if (loudness === undefined) return pcm;
      this.reference ??= loudness;
      gain = Math.max(-MOST_DECIBELS, Math.min(MOST_DECIBELS, this.reference - loudness));
      this.gains.set(candidate, gain);
    }
    return gain === 0 ? pcm : withGain(pcm, gain);
  }
}

function fadedIn({ samples, sampleRate }: Pcm): Pcm {
  const length = Math.min(samples.length, Math.round(FADE_SECONDS * sampleRate));
  const faded = samples.slice();
  for (let index = 0; index < length; index++) faded[index]! *= index / length;
  return { samples: faded, sampleRate };
}
