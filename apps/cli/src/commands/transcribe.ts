import { measureDuration, sniffFormat } from '@parlance/audio';
import { ParlanceConfiguration } from '@parlance/configuration';
import { toSubRip, toWebVtt } from '@parlance/contracts';
import { VoiceService, type Transcription } from '@parlance/voice';
import { openOutput, readInput } from '../files.js';
import type { TRANSCRIPT_FORMATS } from '../formats.js';
import { Progress } from '../progress.js';
import { withParlance } from '../with-parlance.js';

export interface TranscribeOptions {
  format: (typeof TRANSCRIPT_FORMATS)[number];
  output?: string;
  model?: string;
  language?: string;
  prompt?: string;
}

/** `parlance transcribe` */
export async function transcribe(file: string, options: TranscribeOptions, signal: AbortSignal): Promise<void> {
  const { format, output = '-', model, language, prompt } = options;
  const write = await openOutput(output);
  await withParlance(async (parlance) => {
    const { maximumUploadBytes } = parlance.get(ParlanceConfiguration, { strict: false });
    const audio = await readInput(file, maximumUploadBytes, signal);
    const container = sniffFormat(audio);
    const duration = container === undefined ? undefined : measureDuration(audio, container);
    const progress = new Progress('listening');
    const request = {
      audio,
      ...(model === undefined ? {} : { model }),
      ...(language === undefined ? {} : { language }),
      ...(prompt === undefined ? {} : { prompt }),
      ...(duration === undefined ? {} : { onSegment: ({ end }: { end: number }) => progress.update(end / duration) }),
    };
    const transcription = await parlance
      .get(VoiceService, { strict: false })
      .transcribe(request, signal)
      .finally(() => progress.end());
    for (const { message } of transcription.warnings) process.stderr.write(`parlance: ${message}\n`);
    if (transcription.text === '') process.stderr.write('parlance: no speech was heard.\n');
    await write(oneChunk(present(transcription, format)));
  });
}

/** The transcript as it is written, ending in a line break. */
export function present(transcription: Transcription, format: TranscribeOptions['format']): string {
  switch (format) {
    case 'text':
      return `${transcription.text}\n`;
    case 'srt':
      return toSubRip(transcription.segments);
    case 'vtt':
      return toWebVtt(transcription.segments);
    case 'json':
      return `${JSON.stringify(transcription, undefined, 2)}\n`;
  }
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
