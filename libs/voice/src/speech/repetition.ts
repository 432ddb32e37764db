import type { Trace } from '@parlance/contracts';
import { Account } from '../account.js';
import type { VoiceObservers } from '../observation/voice-observers.js';
import type { Meter } from '../usage/meter.js';
import type { RequestOrigin, SpeakRequest, Speech } from '../voice.types.js';
import { deliver } from './deliver.js';
import { traceCandidate } from './speak-once.js';
import type { SpeechMemory } from './speech-memory.js';
import type { SpeechJob } from './utterance.js';

/** All of the audio is there: nobody can leave in its middle. */
const NOBODY_WAITS = new AbortController().signal;

interface Parts {
  memory: SpeechMemory;
  meter: Meter;
  observers: VoiceObservers | undefined;
}

/**
 * How a request is answered when it comes again: with what the first of its plan has made, for as long as that is known.
 * Its key is all there is to ask for. What memory has is there at once: every promise would cost half a microsecond or more.
 * @param trace of the request as it was planned
 */
export function repetition(
  { memory, meter, observers }: Parts,
  request: SpeakRequest,
  { utterance, candidates: [first] }: SpeechJob,
  { plan, skipped }: Trace,
): NonNullable<Speech['again']> {
  const job: SpeechJob = { utterance, candidates: [first] };
  const [key] = memory.keys(job);
  const servedBy = traceCandidate(first);
  const { tenant, agent } = request;
  const answer = (known: { sampleRate: number; bytes: Uint8Array }, origin?: RequestOrigin): Speech => {
    const account = new Account('speak', observers, { tenant, agent, origin });
    account.content = { text: request.text };
    account.planned(plan, skipped, [first]);
    account.bill = meter.bill('speak', request);
    account.trace.cacheKey = key;
    account.lookedUp();
    account.fromCache('hit', servedBy);
    return deliver(job, known, account, NOBODY_WAITS);
  };
  const recall = async (origin?: RequestOrigin): Promise<Speech | undefined> => {
    const known = (await memory.recall(job)).get(first);
    if (known === undefined) return undefined;
    // Whoever has to ask the whole way is counted there.
    await meter.admit(request);
    return answer(known, origin);
  };
  return (origin) => {
    const lent = request.rateLimitPerMinute === undefined ? memory.lend(key) : undefined;
    return lent === undefined ? recall(origin) : answer(lent, origin);
  };
}
