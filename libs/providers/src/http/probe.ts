import { AbortedError, ParlanceError, TimeLimit } from '@parlance/contracts';
import type { HttpResponse } from './http-client.js';

/** Who asks whether all is well does not wait longer for the whole of the answer. */
const PROBE_MILLISECONDS = 5000;
/** Bytes of an answer that are read, so that the connection can be used again; the longest list of voices has fewer. */
const LONGEST_ANSWER = 8 * 1024 * 1024;

export interface Probe {
  provider: string;
  /** Asks for some list of the vendor's. */
  ask: (signal: AbortSignal) => Promise<HttpResponse>;
  /** What an answer with another status than 200 stands for. */
  failure: (response: HttpResponse) => Promise<ParlanceError>;
}

/**
 * One harmless question to a vendor. What its answer says does not matter, but it must be JSON to its end.
 * @throws ParlanceError
 */
export async function probe({ provider, ask, failure }: Probe, signal: AbortSignal, milliseconds = PROBE_MILLISECONDS): Promise<void> {
  await withinProbe(
    provider,
    signal,
    async (within) => {
      const response = await ask(within);
      if (response.status !== 200) throw await failure(response);
      if (!/\bjson\b/i.test(response.header('content-type') ?? '')) {
        throw new ParlanceError('server', `${provider} answered with something that is not its usual JSON. Check its address.`, {
          provider,
        });
      }
      await readAway(response);
    },
    milliseconds,
  );
}

/** Gives up on the work after five seconds. @throws ParlanceError `timeout` then; AbortedError when the caller left */
export async function withinProbe(
  provider: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
  milliseconds = PROBE_MILLISECONDS,
): Promise<void> {
  const limit = new TimeLimit(signal, milliseconds);
  try {
    await work(limit.signal);
  } catch (cause) {
    if (!(cause instanceof AbortedError) || signal.aborted) throw cause;
    throw new ParlanceError('timeout', `${provider} did not answer in time. Try again.`, { provider, cause });
  } finally {
    // Nobody reads what is left of an answer: its connection ends.
    limit.abort();
  }
}

async function readAway({ body }: HttpResponse): Promise<void> {
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size > LONGEST_ANSWER) return;
  }
}
