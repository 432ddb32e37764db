import type { AudioFormat } from '@parlance/contracts';
import { spokenAudio } from '../audio/spoken-audio.js';
import { MalformedRequestError, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { readSsml, type Ssml } from './azure-ssml.js';

const formats: Readonly<Record<string, readonly [AudioFormat, string]>> = {
  ...outputs('mp3', 'audio/mpeg', [
    'audio-16khz-128kbitrate-mono-mp3',
    'audio-24khz-96kbitrate-mono-mp3',
    'audio-48khz-192kbitrate-mono-mp3',
  ]),
  ...outputs(
    'opus',
    'audio/ogg; codecs=opus; rate=24000',
    [16, 24, 48].map((rate) => `ogg-${rate}khz-16bit-mono-opus`),
  ),
  ...outputs('wav', 'audio/x-wav', samples('riff')),
  ...outputs('pcm', 'audio/basic', samples('raw')),
};

/** `POST /cognitiveservices/v1`: refusals have no body, or plain text. */
export function azureSpeak(request: CapturedRequest): StandInReply {
  const { headers, body } = request;
  const agent = headers['user-agent'] ?? '';
  if (agent === '' || agent.length > 255) return { status: 400 };
  if (headers['content-type']?.split(';')[0] !== 'application/ssml+xml') return { status: 415 };
  const output = formats[String(headers['x-microsoft-outputformat'])];
  if (output === undefined) return refusal('Unsupported output format.');
  const { text, elements } = read(body);
  if (text.trim() === '') return refusal('The text is empty.');
  if (!/Neural$|:DragonHD/.test(elements.get('voice')?.['name'] ?? ''))
    return refusal(`Unsupported voice ${elements.get('voice')?.['name']}.`);
  const [format, type] = output;
  const audio = spokenAudio(format);
  const half = Math.ceil(audio.length / 2);
  return { status: 200, headers: { 'content-type': type, 'x-requestid': 'd1b5' }, body: [audio.subarray(0, half), audio.subarray(half)] };
}

function read(body: Buffer): Ssml {
  const text = body.toString('utf8');
  if (!Buffer.from(text).equals(body)) throw new MalformedRequestError('The document is no UTF-8.');
  return readSsml(text);
}

function refusal(message: string): StandInReply {
  return { status: 400, headers: { 'content-type': 'text/plain' }, body: message };
}

function samples(prefix: string): string[] {
  return ['8khz', '16khz', '22050hz', '24khz', '44100hz', '48khz'].map((rate) => `${prefix}-${rate}-16bit-mono-pcm`);
}

function outputs(format: AudioFormat, type: string, names: readonly string[]): Record<string, readonly [AudioFormat, string]> {
  return Object.fromEntries(names.map((name) => [name, [format, type] as const]));
}
