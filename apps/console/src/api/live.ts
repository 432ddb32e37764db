import { ApiError, toApiError } from './api-error.js';
import { readEvents } from './events.js';
import { call } from './request.js';
import { unlessSilent } from './silence.js';

/** `connecting`: for the first time or again; `ended`: it will not be tried again by itself. */
export type LiveState = 'connecting' | 'live' | 'ended';

export interface Follower {
  onEvent: (data: unknown) => void;
  /** With the reason where there is one. */
  onState: (state: LiveState, error?: ApiError) => void;
}

const FIRST_PAUSE_MILLISECONDS = 1000;
const LONGEST_PAUSE_MILLISECONDS = 15_000;

/** Reads a stream of events for as long as the signal lets it, and comes back when it breaks off. */
export async function follow(path: string, name: string, { onEvent, onState }: Follower, signal: AbortSignal): Promise<void> {
  let tries = pauses();
  while (!signal.aborted) {
    try {
      const { body } = await call(path, { accept: 'text/event-stream', signal });
      onState('live');
      for await (const event of readEvents(unlessSilent(body!))) {
        tries = pauses();
        if (event.name === name) onEvent(event.data);
      }
      if (!signal.aborted) onState('connecting');
    } catch (error) {
      if (signal.aborted) return;
      const problem = toApiError(error);
      if (!mayPass(problem)) return onState('ended', problem);
      onState('connecting', problem);
    }
    await sleep(tries.next().value, signal);
  }
}

/** Whether the same request may be answered later: a wrong key or an unknown route will not. */
export function mayPass({ status }: Pick<ApiError, 'status'>): boolean {
  return status === 0 || status === 429 || status >= 500;
}

/** How long to wait before it is tried again, and again: longer each time. */
export function* pauses(): Generator<number, never> {
  for (let pause = FIRST_PAUSE_MILLISECONDS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS)) yield pause;
}

/** Ends early with the signal. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
