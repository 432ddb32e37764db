import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import {
  AbortedError,
  NotFoundError,
  ParlanceError,
  UnsupportedError,
  type SpeechAudio,
  type SpeechRequest,
  type VoiceInfo,
  type Warning,
} from '@parlance/contracts';
import type { ProviderDiagnosis } from '../../provider.js';
import { applyGain, bytesOf, gainFactor, samplesOf } from '../pcm.js';
import { Semaphore } from '../semaphore.js';
import type { SpeechEngine } from '../speech-engine.js';
import { textForEspeak } from './espeak-text.js';
import { espeakEnvironment, ESPEAK_MODEL, ESPEAK_PREFIX } from './espeak-voices.js';
import { readWavStream } from './wav-stream.js';

/** Words a minute at its natural rate, and the slowest it can. */
const NATURAL_RATE = 175;
const SLOWEST_RATE = 80;
/** Its pitch runs 0-99 with 50 as the natural one, and moves the voice within these numbers only. */
const PITCH = { natural: 50, perSemitone: 5.6, lowest: 25, highest: 99 } as const;
const BROKEN = 'espeak-ng could not be run or broke off. Check that it is installed and works.';
/** Decibels that bring it to the loudness of the embedded voices. */
const LOUDNESS_GAIN = 4;

interface SpeakingProgram {
  stdin: Writable;
  stdout: Readable;
  /** Settles when it has ended: well, or with what went wrong. */
  outcome: Promise<void>;
  stop(): void;
}

/**
 * eSpeak NG where it is installed: over 100 languages, robotic. It is GPL-3, so it is run as a program of its own and
 * never linked. Text goes in by its standard input, so that no text can be taken for an option.
 */
export class EspeakEngine implements SpeechEngine {
  readonly model = { id: ESPEAK_MODEL, description: 'eSpeak NG as installed on this machine: many languages, robotic' };
  readonly languages: readonly string[];
  private readonly places = new Semaphore(availableParallelism());
  private readonly closing = new AbortController();

  constructor(
    private readonly program: string,
    readonly voices: readonly VoiceInfo[],
  ) {
    this.languages = [...new Set(voices.flatMap(({ languages }) => languages))];
  }

  ownsVoice(voice: string): boolean {
    return voice.startsWith(ESPEAK_PREFIX);
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    if (!/[\p{L}\p{N}]/u.test(request.text)) {
      throw new UnsupportedError('The text has no letters or digits that could be spoken.', 'text', { reason: 'nothing_speakable' });
    }
    const warnings: Warning[] = [];
    const options = this.optionsFor(request, warnings);
    const either = AbortSignal.any([signal, this.closing.signal]);
    const release = await this.places.acquire(either);
    const program = this.start(options, either);
    const { stdin, stdout, outcome } = program;
    void outcome.catch(() => undefined).then(release);
    stdin.end(textForEspeak(request.text));
    try {
      const wav = await readWavStream(stdout[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>);
      const gain = gainFactor(LOUDNESS_GAIN + request.volumeGain);
      return { format: 'pcm', sampleRate: wav.sampleRate, chunks: deliver(program, wav.chunks, gain), warnings };
    } catch (error) {
      program.stop();
      // How the program ended says more than that its output was no audio.
      await outcome;
      throw error;
    }
  }

  async warmUp(): Promise<void> {
    // A program of its own has nothing to keep warm; its voices were read when it was found.
  }

  async diagnose(): Promise<ProviderDiagnosis> {
    return { provider: 'local', part: 'speech/espeak-ng', state: 'ok', detail: `Found, with ${this.voices.length} voices.` };
  }

  async close(): Promise<void> {
    this.closing.abort();
  }

  private start(options: readonly string[], signal: AbortSignal): SpeakingProgram {
    const child = spawn(this.program, options, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: espeakEnvironment(),
      signal,
      killSignal: 'SIGKILL',
    });
    const { stdin, stdout } = child;
    const outcome = new Promise<void>((resolve, reject) => {
      const fail = (cause: Error) =>
        reject(signal.aborted ? new AbortedError(signal.reason) : new ParlanceError('server', BROKEN, { provider: 'local', cause }));
      child.once('error', fail);
      child.once('exit', (exitCode) => (exitCode === 0 ? resolve() : fail(new Error(`exit code ${exitCode}`))));
    });
    // Nobody may be reading any more: what is left unread would keep the pipe open.
    outcome.catch(() => stdout.destroy());
    // A program that ends early breaks the pipe: its exit code is the error then.
    stdin.on('error', () => undefined);
    return { stdin, stdout, outcome, stop: () => child.kill('SIGKILL') };
  }

  private optionsFor({ voice, speed, pitch }: SpeechRequest, warnings: Warning[]): string[] {
    if (!this.voices.some(({ id }) => id === voice)) {
      const names = this.voices.map(({ id }) => id);
      throw new NotFoundError('voice', voice, names, { provider: 'local', param: 'voice', reason: 'voice_not_found' });
    }
    const limit = (param: string, wanted: number, lowest: number, highest: number) => {
      const possible = Math.round(Math.max(lowest, Math.min(highest, wanted)));
      const message = `The ${param} was limited to what eSpeak NG can do.`;
      if (Math.abs(possible - wanted) > 0.5) warnings.push({ code: 'clipped', param, message });
      return String(possible);
    };
    const rate = limit('speed', NATURAL_RATE * speed, SLOWEST_RATE, NATURAL_RATE * 4);
    const height = limit('pitch', PITCH.natural + pitch * PITCH.perSemitone, PITCH.lowest, PITCH.highest);
    return ['--stdin', '--stdout', '-b', '1', '-v', voice.slice(ESPEAK_PREFIX.length), '-s', rate, '-p', height];
  }
}

async function* deliver(program: SpeakingProgram, chunks: AsyncIterable<Uint8Array>, gain: number): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      const samples = samplesOf(chunk.slice());
      applyGain(samples, gain);
      yield bytesOf(samples);
    }
  } catch (error) {
    program.stop();
    // How the program ended says more than that its output broke off.
    await program.outcome;
    throw error;
  } finally {
    // Whoever stops reading early stops the program; one that has written everything is about to end anyway.
    if (!program.stdout.readableEnded) program.stop();
  }
  // The output of a program that failed half-way just ends: only its exit code tells.
  await program.outcome;
}
