import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { toApiError, type ApiError } from '../api/api-error.js';
import { apiKey } from '../api/key.js';
import { getJson } from '../api/request.js';

export interface Loaded<Data> {
  data?: Data;
  error?: ApiError;
}

/** What a route answers: again for another path, and for another key. */
export function useLoaded<Data>(path: string): Loaded<Data> {
  const loaded = useSignal<Loaded<Data>>({});
  const key = apiKey.value;
  useEffect(() => {
    const controller = new AbortController();
    getJson<Data>(path, controller.signal).then(
      (data) => (loaded.value = { data }),
      (error: unknown) => {
        if (!controller.signal.aborted) loaded.value = { error: toApiError(error) };
      },
    );
    return () => controller.abort();
  }, [path, key]);
  return loaded.value;
}
