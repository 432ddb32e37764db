import { AgentRunner, type AudioChunkEvent, type Turn } from '@parlance/agent-runner';
import { audioFormatInfo, exactHeader } from '@parlance/audio';
import { ParlanceConfiguration } from '@parlance/configuration';
import type { AudioFormat } from '@parlance/contracts';
import { basename } from 'node:path';
import { openOutput, readInput, type Output } from '../files.js';
import { withParlance } from '../with-parlance.js';
import { target } from './say.js';

export interface AskOptions {
  /** A recording instead of a text. */
  file?: string;
  output?: string;
  format?: AudioFormat;
  thread?: string;
}

/** `parlance agents ask`: what was heard and answered to standard output, the speech into a file. */
export async function askAgent(agent: string, words: readonly string[], options: AskOptions, signal: AbortSignal): Promise<void> {
  const { file, output, thread } = options;
  const format = output === undefined || output === '-' ? options.format : target(options, true).format;
  const write = output === undefined ? undefined : await openOutput(output);
  await withParlance(async (parlance) => {
    const { maximumUploadBytes } = parlance.get(ParlanceConfiguration, { strict: false });
    const turn: Turn = {
      agent,
      delivery: 'chunks',
      ...(words.length > 0 && { text: words.join(' ') }),
      ...(file !== undefined && { audio: await readInput(file, maximumUploadBytes, signal), filename: basename(file) }),
      ...(format !== undefined && { format }),
      ...(thread !== undefined && { thread }),
    };
    const said = output === '-' ? process.stderr : process.stdout;
    const audio: AudioChunkEvent[] = [];
    for await (const event of parlance.get(AgentRunner, { strict: false }).run(turn, signal)) {
      if (event.type === 'transcript') said.write(`heard: ${event.text}\n`);
      else if (event.type === 'text') said.write(`${event.text}\n`);
      else if (event.type === 'audio') audio.push(event as AudioChunkEvent);
      else {
        for (const { message } of event.warnings) process.stderr.write(`parlance: ${message}\n`);
        if (event.type === 'error') throw event.error;
      }
    }
    await writeSpeech(audio, output, write);
  });
}

async function writeSpeech(audio: readonly AudioChunkEvent[], output: string | undefined, write: Output | undefined): Promise<void> {
  const [first] = audio;
  if (first === undefined) return;
  const { format, mediaType } = first;
  const bytes = Buffer.concat(audio.map((chunk) => chunk.bytes));
  const file = output ?? `reply.${audioFormatInfo(format).extension}`;
  const toFile = write ?? (await openOutput(file));
  const size = await toFile(oneChunk(format === 'wav' ? exactHeader(bytes, format) : bytes));
  if (file !== '-') process.stderr.write(`${file}: ${size} bytes of ${mediaType}\n`);
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
