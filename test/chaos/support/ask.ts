import type { Fleet } from './fleet.js';

/** What a caller sees of one request for speech. */
export interface SpeechAnswer {
  status: number;
  provider: string | null;
  attempts: string | null;
  cache: string | null;
  headers: Headers;
  bytes: Buffer;
  /** The connection broke before the end. */
  broken: boolean;
}

let number = 0;

/** A text that nobody has asked for before. */
export function newText(): string {
  return `This is sentence number ${number++}`;
}

export interface SpeechWish {
  input?: string;
  format?: string;
  signal?: AbortSignal;
  headers?: Readonly<Record<string, string>>;
}

export async function speak(
  { url }: Pick<Fleet, 'url'>,
  { input = newText(), format = 'mp3', signal, headers: more = {} }: SpeechWish = {},
): Promise<SpeechAnswer> {
  const response = await fetch(`${url}/v1/audio/speech`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...more },
    body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input, response_format: format }),
    ...(signal !== undefined && { signal }),
  });
  const chunks: Uint8Array[] = [];
  let broken = false;
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  } catch {
    broken = true;
  }
  const { status, headers } = response;
  const header = (name: string) => headers.get(`x-parlance-${name}`);
  return {
    status,
    provider: header('provider'),
    attempts: header('attempts'),
    cache: header('cache'),
    headers,
    bytes: Buffer.concat(chunks),
    broken,
  };
}

export interface BreakerReport {
  state: 'closed' | 'open' | 'half_open';
  cause?: string;
  openForMilliseconds?: number;
  calls: number;
  failures: number;
  consecutiveFailures: number;
}

/** The only breaker of a provider, as operators see it; `undefined`: it was not asked yet. */
export async function breakerOf({ url }: Pick<Fleet, 'url'>, name: string): Promise<BreakerReport | undefined> {
  const { models } = (await (await fetch(`${url}/v1/providers/${name}`)).json()) as { models: { breaker: BreakerReport }[] };
  return models[0]?.breaker;
}

/** OpenAI's error body. */
export function errorOf({ bytes }: SpeechAnswer): { message: string; type: string; code: string | null; attempts?: unknown[] } {
  return (JSON.parse(bytes.toString()) as { error: ReturnType<typeof errorOf> }).error;
}
