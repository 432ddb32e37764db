import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ApiError } from '../api/api-error.js';
import { keyChanges } from '../api/key.js';
import { follow, type LiveState } from '../api/live.js';

export interface Live {
  state: LiveState;
  error?: ApiError;
}

/**
 * Follows a stream of events for as long as the page is shown: anew when a key was entered.
 * @param name of the events that are wanted
 */
export function useLive(path: string, name: string, onEvent: (data: unknown) => void): Live {
  const live = useSignal<Live>({ state: 'connecting' });
  const changes = keyChanges.value;
  useEffect(() => {
    const controller = new AbortController();
    const onState = (state: LiveState, error?: ApiError) => (live.value = { state, ...(error !== undefined && { error }) });
    onState('connecting');
    void follow(path, name, { onEvent, onState }, controller.signal);
    return () => controller.abort();
  }, [path, name, changes]);
  return live.value;
}
