import type { TurnEvent } from '@parlance/agent-runner';
import { audioKind, jsonBody, parseMultipart, type CapturedRequest } from '@parlance/testing';

/** What a call says: its query, and its form or its JSON. */
export async function sent(call: CapturedRequest | undefined): Promise<unknown> {
  if (call === undefined) return undefined;
  const type = call.headers['content-type'] ?? '';
  const query = Object.fromEntries(call.query);
  if (type.startsWith('multipart/')) return { ...query, ...Object.fromEntries((await parseMultipart(call)).fields) };
  return type.startsWith('application/json') ? { ...query, ...jsonBody(call) } : query;
}

/** `audioConfig.pitch`, or in a list whose parts have one name each `hints.speed`. */
export function at(value: unknown, path: string): unknown {
  let found: unknown = value;
  for (const name of path.split('.')) {
    const parts: object = Array.isArray(found) ? Object.assign({}, ...(found as object[])) : (found ?? {});
    found = (parts as Record<string, unknown>)[name];
  }
  return found;
}

/** How many seconds of samples a vendor was sent, whether with a WAV header or without. */
export async function secondsSent(call: CapturedRequest | undefined): Promise<number> {
  if (call === undefined) throw new Error('Nobody was asked.');
  const rate = call.query.get('sample_rate') ?? call.query.get('sampleRateHertz');
  if (rate !== null) return rounded(call.body.byteLength / 2 / Number(rate));
  const bytes = await recordingOf(call);
  return rounded((bytes.byteLength - 44) / bytes.readUInt32LE(28));
}

async function recordingOf(call: CapturedRequest): Promise<Buffer> {
  const isForm = (call.headers['content-type'] ?? '').startsWith('multipart/');
  const bytes = isForm ? (await parseMultipart(call)).files[0]?.bytes : call.body;
  if (bytes === undefined || audioKind(bytes) !== 'wav') throw new Error('It was not sent as a WAV file.');
  return bytes;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

/** What a turn came to: the kinds of its events, and of an error its code. */
export function course(events: readonly TurnEvent[]): string {
  return events.map((event) => (event.type === 'error' ? event.error.code : event.type)).join(' ');
}

/** Each chunk of audio is one event: what they say of the whole. */
export function audioOf(events: readonly TurnEvent[]) {
  const audio = events.filter((event) => event.type === 'audio');
  const [first] = audio;
  if (first === undefined) throw new Error(`Nothing was spoken: ${course(events)}.`);
  const bytes = Buffer.concat(audio.map((event) => event.bytes ?? Buffer.alloc(0)));
  return { format: first.format, mediaType: first.mediaType, sampleRate: first.sampleRate, kind: audioKind(bytes) };
}
