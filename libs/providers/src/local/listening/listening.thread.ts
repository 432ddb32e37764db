import { createRequire } from 'node:module';
import type { ThreadMethods } from '@parlance/audio';
import { levelFactor, toFloats } from '../pcm.js';
import { loadSherpa, type SherpaDetector } from '../sherpa.js';
import type { TimeRange } from './speech-detector.js';

const SAMPLE_RATE = 16_000;
const WINDOW_SAMPLES = 512;
const BUFFER_SECONDS = 60;

let detector: SherpaDetector | undefined;

/** Silero VAD over one stretch of a recording. Times are seconds from its start. */
function detect({ samples }: { samples: Int16Array }): TimeRange[] {
  detector ??= createDetector();
  // One detector serves all requests: its memory of the previous one must go.
  detector.reset();
  const floats = toFloats(samples, levelFactor(samples));
  const ranges: TimeRange[] = [];
  for (let start = 0; start + WINDOW_SAMPLES <= floats.length; start += WINDOW_SAMPLES) {
    detector.acceptWaveform(floats.subarray(start, start + WINDOW_SAMPLES));
    collect(detector, ranges);
  }
  detector.flush();
  collect(detector, ranges);
  return ranges;
}

function collect(from: SherpaDetector, ranges: TimeRange[]): void {
  while (!from.isEmpty()) {
    const { start, samples } = from.front(false);
    ranges.push({ start: start / SAMPLE_RATE, end: (start + samples.length) / SAMPLE_RATE });
    from.pop();
  }
}

function createDetector(): SherpaDetector {
  const { Vad } = loadSherpa();
  const model = createRequire(import.meta.url).resolve('@ricky0123/vad-web/dist/silero_vad_v6.onnx');
  const sileroVad = {
    model,
    // Lower than usual: a word missed here is lost, and what is no speech gives an empty text further on.
    threshold: 0.3,
    minSpeechDuration: 0.1,
    minSilenceDuration: 0.4,
    maxSpeechDuration: 20,
    windowSize: WINDOW_SAMPLES,
  };
  return new Vad({ sileroVad, sampleRate: SAMPLE_RATE, numThreads: 1, debug: 0 }, BUFFER_SECONDS);
}

/** The recogniser's vocabulary as sherpa-onnx reads it: one line `base64(piece) id` for each. */
async function vocabulary(): Promise<string> {
  const { default: tokeniser } = (await import('llama-tokenizer-js')) as { default: { vocabById: readonly string[] } };
  return tokeniser.vocabById.map((piece, id) => `${bytesOfPiece(piece).toString('base64')} ${id}\n`).join('');
}

function bytesOfPiece(piece: string): Buffer {
  const byte = /^<0x([0-9A-F]{2})>$/u.exec(piece)?.[1];
  return byte === undefined ? Buffer.from(piece.replaceAll('\u2581', ' ')) : Buffer.from(byte, 'hex');
}

export const methods: ThreadMethods = { detect, vocabulary };
