import { fileName } from '../../audio/formats.js';
import { bodyOf, type SpeakFields } from './speak-request.js';

export interface CodeExample {
  name: string;
  code: string;
}

export interface CodeContext {
  /** Of the gateway, without a slash at the end. */
  address: string;
  /** Whether it wants a key. The key itself never stands in code that is made to be copied. */
  needsKey: boolean;
}

/** For clients that have to name one: OpenAI's own names are aliases everywhere. */
const OPENAI_MODEL = 'tts-1';
const OPENAI_VOICE = 'alloy';

/** What the form asks for, as others would. */
export function codeExamples(fields: SpeakFields, context: CodeContext): CodeExample[] {
  return [
    { name: 'curl', code: curl(fields, context) },
    { name: 'openai-node', code: openaiNode(fields, context) },
    { name: 'Nest', code: nest(fields) },
  ];
}

function curl(fields: SpeakFields, { address, needsKey }: CodeContext): string {
  const body = JSON.stringify(bodyOf(fields)).replaceAll("'", String.raw`'\''`);
  return [
    `curl -sS ${address}/v1/voice/speak`,
    ...(needsKey ? ['-H "authorization: Bearer $PARLANCE_API_KEY"'] : []),
    "-H 'content-type: application/json'",
    `-d '${body}'`,
    `-o ${fileName(fields.format)}`,
  ].join(' \\\n  ');
}

function openaiNode({ text, voice, model, format, speed }: SpeakFields, { address, needsKey }: CodeContext): string {
  const wish = {
    model: model === '' ? OPENAI_MODEL : model,
    voice: voice === '' ? OPENAI_VOICE : voice,
    input: text,
    response_format: format,
    ...(speed !== 1 && { speed }),
  };
  return `import { writeFile } from 'node:fs/promises';
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${address}/v1',
  apiKey: ${needsKey ? 'process.env.PARLANCE_API_KEY' : "'none needed'"},
});
const speech = await client.audio.speech.create(${literal(wish, '')});
await writeFile('${fileName(format)}', Buffer.from(await speech.arrayBuffer()));`;
}

function nest(fields: SpeakFields): string {
  return `import { Injectable } from '@nestjs/common';
import { VoiceService } from '@parlance/voice';

@Injectable()
export class Announcer {
  constructor(private readonly voice: VoiceService) {}

  /** The audio as it is made. */
  async announce(signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const speech = await this.voice.speak(${literal(bodyOf(fields), '    ')}, signal);
    return speech.chunks;
  }
}`;
}

function literal(value: Readonly<Record<string, unknown>>, indent: string): string {
  const lines = Object.entries(value).map(([name, part]) => `${indent}  ${name}: ${JSON.stringify(part)},`);
  return `{\n${lines.join('\n')}\n${indent}}`;
}
