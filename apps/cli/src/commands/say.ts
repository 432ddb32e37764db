import { audioFormatInfo, exactHeader } from '@parlance/audio';
import { AUDIO_FORMATS, InvalidRequestError, type AudioFormat } from '@parlance/contracts';
import { VoiceService, type Speech } from '@parlance/voice';
import { extname } from 'node:path';
import { openOutput, readStream } from '../files.js';
import { Progress } from '../progress.js';
import { withParlance } from '../with-parlance.js';

export interface SayOptions {
  output?: string;
  format?: AudioFormat;
  voice?: string;
  model?: string;
  language?: string;
  speed?: number;
}

/** Far beyond what is spoken at a time: whoever pipes a film into it is told before all of it lies in memory. */
const LONGEST_TEXT_BYTES = 16 * 1024 * 1024;

/** `parlance say` */
export async function say(words: readonly string[], options: SayOptions, signal: AbortSignal): Promise<void> {
  const isPiped = words.length === 0 || (words.length === 1 && words[0] === '-');
  const text = isPiped ? (await readStream(process.stdin, LONGEST_TEXT_BYTES, signal)).toString() : words.join(' ');
  const { output, format } = target(options, process.stdout.isTTY);
  const write = await openOutput(output);
  const { voice, model, language, speed } = options;
  await withParlance(async (parlance) => {
    const request = {
      text,
      format,
      ...(voice === undefined ? {} : { voice }),
      ...(model === undefined ? {} : { model }),
      ...(language === undefined ? {} : { language }),
      ...(speed === undefined ? {} : { speed }),
    };
    const speech = await parlance.get(VoiceService, { strict: false }).speak(request, signal);
    const size = await write(output === '-' ? withProgress(speech) : finished(withProgress(speech), format));
    for (const { message } of speech.warnings) process.stderr.write(`parlance: ${message}\n`);
    if (output !== '-') process.stderr.write(`${output}: ${size} bytes of ${speech.mediaType}, spoken by ${speaker(speech)}\n`);
  });
}

/** Where to and in which format: the name of the file says what was meant unless told otherwise. */
export function target({ output, format }: SayOptions, terminal: boolean): { output: string; format: AudioFormat } {
  const named = output === undefined || output === '-' ? undefined : formatOf(output);
  const chosen = format ?? named ?? 'opus';
  const fallback = terminal ? `speech.${audioFormatInfo(chosen).extension}` : '-';
  if (format === undefined && named === undefined && output !== undefined && output !== '-' && extname(output) !== '') {
    const known = AUDIO_FORMATS.map((name) => `.${audioFormatInfo(name).extension}`).join(' ');
    throw new InvalidRequestError(`'${extname(output)}' is no audio format known here. Name the file ${known}, or add --format.`);
  }
  return { output: output ?? fallback, format: chosen };
}

function formatOf(file: string): AudioFormat | undefined {
  const extension = extname(file).slice(1).toLowerCase();
  return AUDIO_FORMATS.find((format) => format === extension || audioFormatInfo(format).extension === extension);
}

async function* withProgress({ chunks, trace }: Speech): AsyncGenerator<Uint8Array> {
  const progress = new Progress('speaking');
  try {
    for await (const chunk of chunks) {
      progress.update(trace.attempts.length / Math.max(1, trace.segments));
      yield chunk;
    }
  } finally {
    progress.end();
  }
}

/** A file can be written when all is there: a WAV then says how long it is. */
async function* finished(chunks: AsyncIterable<Uint8Array>, format: AudioFormat): AsyncGenerator<Uint8Array> {
  if (format !== 'wav') {
    yield* chunks;
    return;
  }
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  yield exactHeader(Buffer.concat(parts), format);
}

function speaker({ trace }: Speech): string {
  const { servedBy } = trace;
  return servedBy === undefined ? 'nobody' : `${servedBy.provider}/${servedBy.model} (${servedBy.voice})`;
}
