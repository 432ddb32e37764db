import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { toApiError, type ApiError } from '../api/api-error.js';
import { keyChanges } from '../api/key.js';
import { mayPass, pauses, sleep } from '../api/live.js';
import { getJson } from '../api/request.js';

export interface Loaded<Data> {
  data?: Data;
  error?: ApiError;
}

/** What a route answers: again for another path, and when a key was entered; until it does, where it may later. */
export function useLoaded<Data>(path: string): Loaded<Data> {
  const loaded = useSignal<Loaded<Data>>({});
  const changes = keyChanges.value;
  useEffect(() => {
    const controller = new AbortController();
    void load<Data>(path, controller.signal, (result) => (loaded.value = result));
    return () => controller.abort();
  }, [path, changes]);
  return loaded.value;
}

async function load<Data>(path: string, signal: AbortSignal, onLoaded: (loaded: Loaded<Data>) => void): Promise<void> {
  for (const pause of pauses()) {
    try {
      return onLoaded({ data: await getJson<Data>(path, signal) });
    } catch (error) {
      if (signal.aborted) return;
      const problem = toApiError(error);
      onLoaded({ error: problem });
      if (!mayPass(problem)) return;
    }
    await sleep(pause, signal);
    if (signal.aborted) return;
  }
}
