import { createRequire } from 'node:module';
import { ParlanceError } from '@parlance/contracts';

/** The part of `sherpa-onnx-node` that is used here; the package has no declarations of its own. */
export interface Sherpa {
  OfflineRecognizer: { createAsync(config: object): Promise<SherpaRecogniser> };
  OfflineTts: { createAsync(config: object): Promise<SherpaSpeaker> };
  Vad: new (config: object, bufferSeconds: number) => SherpaDetector;
}

export interface SherpaStream {
  /** @param wave samples in [-1, 1]; a sample rate of 0 ends the process */
  acceptWaveform(wave: { samples: Float32Array; sampleRate: number }): void;
}

export interface SherpaRecogniser {
  createStream(): SherpaStream;
  decodeAsync(stream: SherpaStream): Promise<{ text: string; lang?: string }>;
}

export interface SherpaSpeaker {
  readonly numSpeakers: number;
  readonly sampleRate: number;
  generateAsync(request: {
    text: string;
    sid: number;
    speed: number;
    enableExternalBuffer: boolean;
    /** Returning 0 stops. */
    onProgress(progress: { samples: Float32Array; progress: number }): 0 | 1;
  }): Promise<{ samples: Float32Array; sampleRate: number }>;
}

export interface SherpaDetector {
  acceptWaveform(samples: Float32Array): void;
  isEmpty(): boolean;
  front(enableExternalBuffer: boolean): { start: number; samples: Float32Array };
  pop(): void;
  flush(): void;
  reset(): void;
}

/** Where the package is loaded from. */
export const nativeEngine = {
  require: (): unknown => createRequire(import.meta.url)('sherpa-onnx-node'),
};

/** @throws ParlanceError `unavailable` when there is no native build for this machine */
export function loadSherpa(): Sherpa {
  try {
    return nativeEngine.require() as Sherpa;
  } catch (cause) {
    throw new ParlanceError('unavailable', NATIVE_ENGINE_MISSING, { provider: 'local', reason: 'native_engine_missing', cause });
  }
}

const NATIVE_ENGINE_MISSING =
  'The embedded recogniser cannot be loaded on this machine: it needs Linux with glibc 2.32 or later, macOS or Windows, ' +
  'on x64 or arm64, and its optional npm package for that platform. Install the dependencies again on this machine, or configure another provider.';
