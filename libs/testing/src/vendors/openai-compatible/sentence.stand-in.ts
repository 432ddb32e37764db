import { setTimeout as sleep } from 'node:timers/promises';
import { sentencesOf, sentenceText, speakSentences } from '../../spoken-sentences/spoken-sentences.js';
import { wavOf } from '../audio/spoken-audio.js';
import type { StandIn } from '../stand-in.js';
import { openaiError, startOpenaiStandIn } from './openai-compatible.stand-in.js';

/** Hz. */
const SAMPLE_RATE = 24_000;
/** Characters: what is only a part of a sentence counts like a whole one. */
const SENTENCE_LENGTH = sentenceText(100).length;
/** Where the sizes stand in the header of a WAV. */
const SIZES = [4, 40];

export interface SentenceStandInOptions {
  /** How long the stand-in takes for a sentence, before it sends it. Default 0: everything at once. */
  millisecondsPerCharacter?: number;
}

/**
 * The stand-in for OpenAI with speech that can be read back: each sentence of `sentenceText` becomes what `readSentences`
 * reads, and is sent by itself; anything else in the text becomes one broken sentence. Speaks `pcm` (24 kHz) and `wav`,
 * the latter with sizes left open, and hears what the other hears.
 */
export function startSentenceStandIn({ millisecondsPerCharacter = 0 }: SentenceStandInOptions = {}): Promise<StandIn> {
  return startOpenaiStandIn((text, format) => {
    if (format !== 'pcm' && format !== 'wav') {
      return openaiError(400, "Invalid 'response_format': expected one of pcm, wav.", 'invalid_value', 'response_format');
    }
    const sentences = sentencesOf(text).map((number) => samples16(speakSentences([number], SAMPLE_RATE)));
    const milliseconds = millisecondsPerCharacter * SENTENCE_LENGTH;
    const pieces = async function* (gone: AbortSignal) {
      for (const [index, sentence] of sentences.entries()) {
        if (milliseconds > 0) await sleep(milliseconds, undefined, { signal: gone });
        yield index === 0 && format === 'wav' ? openWav(sentence) : sentence;
      }
    };
    return { status: 200, body: pieces };
  });
}

function openWav(samples: Buffer): Buffer {
  const wav = wavOf(samples, SAMPLE_RATE);
  for (const offset of SIZES) wav.writeUInt32LE(0xffff_ffff, offset);
  return wav;
}

function samples16(samples: Float32Array): Buffer {
  const bytes = Buffer.alloc(samples.length * 2);
  for (const [index, value] of samples.entries()) bytes.writeInt16LE(Math.round(value * 32_767), index * 2);
  return bytes;
}
