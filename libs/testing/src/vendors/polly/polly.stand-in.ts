import { randomUUID } from 'node:crypto';
import { spokenAudio } from '../audio/spoken-audio.js';
import { jsonBody, MalformedRequestError, unknownFields, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { signatureProblem, type AwsKeys, type SignatureProblem } from './signature-v4.js';

export const POLLY_KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'FwoGZXIvYXdzEExampleSessionToken',
  region: 'eu-central-1',
  service: 'polly',
} as const satisfies AwsKeys;

const fields = 'Engine LanguageCode LexiconNames OutputFormat SampleRate SpeechMarkTypes Text TextType VoiceId'.split(' ');
const voiceFilters = ['Engine', 'LanguageCode', 'IncludeAdditionalLanguageCodes', 'NextToken'];
const engines = ['standard', 'neural', 'long-form', 'generative'];
const formats = {
  mp3: { type: 'audio/mpeg', format: 'mp3', rates: ['8000', '16000', '22050', '24000', '44100', '48000'] },
  ogg_opus: { type: 'audio/ogg', format: 'opus', rates: ['48000'] },
  pcm: { type: 'audio/pcm', format: 'pcm', rates: ['8000', '16000'] },
} as const;
const problems: Readonly<Record<SignatureProblem, readonly [type: string, message: string]>> = {
  missing: ['MissingAuthenticationTokenException', 'Missing Authentication Token'],
  incomplete: ['IncompleteSignatureException', 'Authorization header requires existence of a signed date and host.'],
  'unknown-key': ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  'wrong-token': ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  'wrong-signature': [
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  ],
  'wrong-scope': ['InvalidSignatureException', 'Credential should be scoped to a valid region.'],
  skewed: ['InvalidSignatureException', 'Signature expired.'],
};

/** AWS's error: the name in a header, the words in the body. */
export function pollyError(
  status: number,
  type: string,
  message: string,
): StandInReply & { headers: Record<string, string>; body: string } {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': type, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify({ message }),
  };
}

/** AWS Polly's `SynthesizeSpeech` and `DescribeVoices`, as strict as the original about signatures, fields, types and limits. */
export async function startPollyStandIn(keys: AwsKeys = POLLY_KEYS): Promise<StandIn> {
  const reply = (request: CapturedRequest) => {
    try {
      return route(request, keys);
    } catch (error) {
      if (error instanceof MalformedRequestError) return pollyError(400, 'SerializationException', error.message);
      throw error;
    }
  };
  const standIn = new StandIn(reply, { probes: isVoiceList });
  await standIn.start();
  return standIn;
}

function route(request: CapturedRequest, keys: AwsKeys): StandInReply {
  const problem = signatureProblem(request, keys);
  if (problem !== undefined) return pollyError(problem === 'incomplete' ? 400 : 403, ...problems[problem]);
  if (isVoiceList(request)) return describeVoices(request);
  if (request.method !== 'POST' || request.path !== '/v1/speech') return pollyError(404, 'UnknownOperationException', 'Unknown operation.');
  return speak(jsonBody(request));
}

function isVoiceList({ method, path }: CapturedRequest): boolean {
  return method === 'GET' && path === '/v1/voices';
}

function describeVoices({ query }: CapturedRequest): StandInReply {
  const [unknown] = [...query.keys()].filter((name) => !voiceFilters.includes(name));
  if (unknown !== undefined) return invalid(`Value at '${unknown}' is not known`);
  const voice = { Id: 'Joanna', Name: 'Joanna', Gender: 'Female', LanguageCode: 'en-US', LanguageName: 'US English' };
  const body = JSON.stringify({ Voices: [{ ...voice, SupportedEngines: ['generative', 'neural', 'standard'] }] });
  return { status: 200, headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() }, body };
}

function speak(body: Record<string, unknown>): StandInReply {
  const { Engine = 'standard', OutputFormat, SampleRate, Text, TextType = 'text', VoiceId, LanguageCode } = body;
  const [unknown] = unknownFields(body, fields);
  if (unknown !== undefined) return invalid(`Value at '${unknown}' is not known`);
  if (typeof Text !== 'string') return invalid("Value null at 'text' failed to satisfy constraint: Member must not be null");
  if (typeof VoiceId !== 'string' || !/^[A-Z][a-z]+$/.test(VoiceId)) return invalid("Value at 'voiceId' failed to satisfy constraint");
  if (typeof Engine !== 'string' || !engines.includes(Engine)) return invalid("Value at 'engine' failed to satisfy constraint");
  if (LanguageCode !== undefined && (typeof LanguageCode !== 'string' || !/^[a-z]{2,3}(?:-[A-Z]{2}(?:-WLS)?)?$/.test(LanguageCode)))
    return invalid("Value at 'languageCode'");
  if (TextType !== 'text' && TextType !== 'ssml') return invalid("Value at 'textType' failed to satisfy constraint");
  const wire = Object.entries(formats).find(([name]) => name === OutputFormat)?.[1];
  if (wire === undefined) return invalid("Value at 'outputFormat' failed to satisfy constraint: Member must satisfy enum value set");
  if (SampleRate !== undefined && !wire.rates.some((rate) => rate === SampleRate)) {
    return pollyError(400, 'InvalidSampleRateException', 'The specified sample rate is not valid.');
  }
  if (TextType === 'ssml' && !isSsml(Text)) return pollyError(400, 'InvalidSsmlException', 'Invalid SSML request');
  if (Engine !== 'standard' && / pitch="/.test(TextType === 'ssml' ? Text : '')) {
    return pollyError(400, 'InvalidSsmlException', 'Unsupported Neural feature');
  }
  const spoken = Array.from(TextType === 'ssml' ? plain(Text) : Text).length;
  if (spoken > 3000 || Text.length > 6000) {
    return pollyError(400, 'TextLengthExceededException', 'Maximum text length has been exceeded');
  }
  return audioReply(wire.type, spokenAudio(wire.format), spoken);
}

function audioReply(type: string, audio: Buffer, spoken: number): StandInReply {
  const half = Math.ceil(audio.length / 2);
  return {
    status: 200,
    headers: { 'content-type': type, 'x-amzn-requestcharacters': String(spoken), 'x-amzn-requestid': randomUUID() },
    body: [audio.subarray(0, half), audio.subarray(half)],
  };
}

function invalid(message: string): StandInReply {
  return pollyError(400, 'ValidationException', `1 validation error detected: ${message}`);
}

/** One `<speak>` with well-nested elements and nothing unescaped. */
function isSsml(text: string): boolean {
  const open: string[] = [];
  const rest = text.replaceAll(/<(\/?)([a-z:-]+)((?: [a-z:-]+="[^"<&]*")*)>/g, (_tag, closing: string, name: string) => {
    if (closing === '') open.push(name);
    else if (open.pop() !== name) open.push('wrong order');
    return '';
  });
  const escaped = rest.replaceAll(/&(?:amp|lt|gt|quot|apos);/g, '');
  return text.startsWith('<speak>') && text.endsWith('</speak>') && open.length === 0 && !/[<&]/.test(escaped);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What is spoken of SSML. */
export function plain(ssml: string): string {
  return ssml.replaceAll(/<[^>]*>/g, '').replaceAll(/&(amp|lt|gt|quot|apos);/g, (_entity, name: string) => entities[name] ?? '');
}
