import { isAudioFormat } from '@parlance/contracts';
import { isAudio } from '../../../vendors/audio/audio-kind.js';
import { SPOKEN_TEXT, spokenAudio } from '../../../vendors/audio/spoken-audio.js';
import { bearer, jsonBody, unknownFields, type CapturedRequest } from '../../../vendors/captured-request.js';
import type { StandInReply } from '../../../vendors/fault.js';
import type { VendorErrorCase } from '../provider-bench.js';

export const GOOD_KEY = 'fake-key-0123456789abcdef';

/** Its answer is longer than what a client keeps of one that is not read. */
export function isProbe({ method, path }: CapturedRequest): boolean {
  return method === 'GET' && path === '/voices';
}

/** A vendor made up for these specs: `POST /speak`, `POST /hear` and `GET /voices`. */
export function fakeVendor(request: CapturedRequest): StandInReply {
  if (bearer(request) !== GOOD_KEY) return refusal(401, 'Unknown key.');
  if (isProbe(request)) return json(200, { voices: Array.from({ length: 8000 }, (_, index) => `voice ${index}`) });
  if (request.method !== 'POST') return refusal(405, 'POST only.');
  if (request.path === '/speak') return speak(jsonBody(request));
  return request.path === '/hear' ? hear(request) : refusal(404, 'No such path.');
}

function speak(body: Record<string, unknown>): StandInReply {
  const { format, text } = body;
  const unknown = unknownFields(body, ['text', 'voice', 'language', 'speed', 'model', 'format']);
  if (unknown.length > 0 || typeof text !== 'string' || !isAudioFormat(format)) return refusal(400, 'Not the fields of a request.');
  if (Buffer.byteLength(text) > 400) return refusal(413, 'At most 400 bytes.');
  const audio = spokenAudio(format);
  const third = Math.ceil(audio.length / 3);
  const pieces = [audio.subarray(0, third), audio.subarray(third, third * 2), audio.subarray(third * 2)];
  return { status: 200, headers: { 'content-type': 'audio/any' }, body: pieces };
}

function hear({ body }: CapturedRequest): StandInReply {
  if (!isAudio(body)) return refusal(400, 'No audio.');
  const words = SPOKEN_TEXT.split(' ').map((word, index) => ({ word, start: index * 0.4, end: index * 0.4 + 0.3 }));
  return json(200, { text: SPOKEN_TEXT, duration: 2.06, words });
}

function refusal(status: number, message: string): StandInReply {
  return json(status, { message });
}

function json(status: number, body: object) {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** What the vendor may refuse with. */
export const FAKE_ERRORS: readonly VendorErrorCase[] = (
  [
    ['a wrong key', 401, 'auth'],
    ['too many requests', 429, 'rate'],
    ['a wrong request', 400, 'invalid'],
    ['a broken server', 500, 'server'],
    ['an empty account', 402, 'quota'],
  ] as const
).map(([name, status, code]) => ({
  name,
  reply: { kind: 'reply', ...json(status, { message: `This is ${name}.` }) },
  expect: { code },
}));
