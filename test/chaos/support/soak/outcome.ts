import type { Answered } from './soak-client.js';

/**
 * How an errand ended. `broken`: the vendor did in the middle of its answer, and so did ours. `failed`: every vendor did,
 * and the answer says so. `left`: the caller did. Whatever else is not as it should be is thrown.
 */
export type Outcome = 'good' | 'broken' | 'failed' | 'left';

/** No answer of a vendor, or none in time: only that of vendors. */
const VENDORS_FAILED = [502, 504];

interface ErrorBody {
  error?: { code: string | null; message: string; attempts?: unknown };
}

export function jsonOf<Body>({ bytes }: Answered): Body {
  return JSON.parse(bytes.toString()) as Body;
}

/** @throws Error where it is neither this status nor what is left when vendors fail */
export function expectAnswer(answer: Answered, status = 200): Outcome {
  if (answer.status === status) return answer.broken ? 'broken' : 'good';
  const { error } = answer.headers.get('content-type')?.includes('json') === true ? jsonOf<ErrorBody>(answer) : {};
  // Where nobody was left to be asked, it says who was.
  if (VENDORS_FAILED.includes(answer.status) || (answer.status === 503 && error?.attempts !== undefined)) return 'failed';
  throw new Error(`${answer.status} instead of ${status}: ${error?.code ?? ''} ${error?.message ?? ''}`);
}

/** @throws Error where server-sent events have another end than the right one, or the error that vendors have caused */
export function expectEvents(answer: Answered): Outcome {
  const status = expectAnswer(answer);
  if (status !== 'good') return status;
  const events = answer.bytes.toString().trimEnd().split('\n\n');
  const last = events.pop() ?? '';
  const before = events.at(-1)?.slice('data: '.length) ?? '{}';
  const failed = last === 'data: [DONE]' ? (JSON.parse(before) as { type?: string }).type === 'error' : last.includes('"error"');
  if (failed) return 'broken';
  if (last !== 'data: [DONE]') throw new Error('The events have no end.');
  return 'good';
}
