import { ParlanceError, throwIfAborted } from '@parlance/contracts';
import { closedEncoder, type AudioEncoder } from '../audio-encoder.js';
import { joinBytes } from '../format/bytes.js';
import { requireRate, samplesToPcm16, type Pcm } from '../pcm/pcm.js';
import { Resampler } from '../pcm/resampler.js';
import { FfmpegProcess } from './ffmpeg-process.js';

const BITS_PER_SECOND = 64_000;

/** AAC in ADTS frames, made by a system ffmpeg. Bytes come a little after the samples they are made of. */
export class AacEncoder implements AudioEncoder {
  private readonly ffmpeg: FfmpegProcess;
  private readonly ready: Uint8Array[] = [];
  private resampler: Resampler | undefined;
  private inputRate = 0;
  private ended = false;

  constructor(
    program: string,
    readonly sampleRate: number,
    private readonly signal: AbortSignal,
  ) {
    this.ffmpeg = new FfmpegProcess(program, encodeParameters(sampleRate), signal);
    this.ffmpeg.onOutput((bytes) => this.ready.push(bytes));
  }

  async write(pcm: Pcm): Promise<Uint8Array> {
    this.refuseAfterEnd();
    requireRate(pcm.sampleRate);
    if (this.inputRate !== pcm.sampleRate) {
      await this.feed(this.resampler?.flush());
      this.resampler = new Resampler(pcm.sampleRate, this.sampleRate);
      this.inputRate = pcm.sampleRate;
    }
    await this.feed(this.resampler?.process(pcm.samples));
    return joinBytes(this.ready.splice(0));
  }

  async finish(): Promise<Uint8Array> {
    this.refuseAfterEnd();
    this.ended = true;
    await this.feed(this.resampler?.flush());
    this.ffmpeg.endInput();
    const { exitCode } = await this.ffmpeg.end();
    if (exitCode !== 0) throw new ParlanceError('server', 'ffmpeg did not encode to AAC: ask for another format.');
    return joinBytes(this.ready.splice(0));
  }

  async close(): Promise<void> {
    this.ended = true;
    this.ffmpeg.kill();
    await this.ffmpeg.ended.catch(() => undefined);
  }

  private refuseAfterEnd(): void {
    throwIfAborted(this.signal);
    if (this.ended) throw closedEncoder();
  }

  private async feed(samples: Float32Array | undefined): Promise<void> {
    if (samples !== undefined && samples.length > 0) await this.ffmpeg.write(samplesToPcm16(samples));
  }
}

function encodeParameters(sampleRate: number): string[] {
  return [
    // Without a look ahead: the input has no header to find.
    ['-protocol_whitelist', 'pipe', '-probesize', '32', '-analyzeduration', '0'],
    ['-f', 's16le', '-ar', String(sampleRate), '-ac', '1', '-i', 'pipe:0'],
    ['-c:a', 'aac', '-b:a', String(BITS_PER_SECOND), '-flush_packets', '1', '-f', 'adts', 'pipe:1'],
  ].flat();
}
