import type { Trace } from '@parlance/contracts';

/** What became of a request for speech, as far as it is known. */
export interface Outcome {
  provider?: string;
  model?: string;
  voice?: string;
  cache?: string;
  attempts?: string;
  warning?: string;
  requestId?: string;
  /** Until the first audio, as the gateway counts it. */
  gatewayMilliseconds?: number;
  /** The same as it was noticed here. */
  firstMilliseconds?: number;
  totalMilliseconds?: number;
  /** Only for those who may see traces. */
  trace?: Trace;
}

const HEADERS = {
  provider: 'x-parlance-provider',
  model: 'x-parlance-model',
  voice: 'x-parlance-voice',
  cache: 'x-parlance-cache',
  attempts: 'x-parlance-attempts',
  warning: 'x-parlance-warning',
  requestId: 'x-request-id',
} as const;

/** What the headers of an answer say of it. */
export function outcomeOf(headers: Pick<Headers, 'get'>): Outcome {
  const known = Object.entries(HEADERS).flatMap(([name, header]) => {
    const value = headers.get(header);
    return value === null || value === '' ? [] : [[name, value] as const];
  });
  const first = timingOf(headers.get('x-parlance-timing') ?? '', 'first-audio');
  return { ...Object.fromEntries(known), ...(first !== undefined && { gatewayMilliseconds: first }) };
}

/** One of the times of a `Server-Timing` header. */
function timingOf(header: string, name: string): number | undefined {
  const entry = header.split(',').find((part) => part.trim().startsWith(`${name};`));
  const [, milliseconds] = /;dur=([\d.]+)/.exec(entry ?? '') ?? [];
  return milliseconds === undefined ? undefined : Number(milliseconds);
}
