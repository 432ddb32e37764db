import { ErrorNote } from './error-note.js';
import type { Live } from './use-live.js';

const TEXTS = { connecting: 'Connecting …', live: 'Live', ended: 'Not connected' } as const;

/** Whether what is shown is how it is now. */
export function LiveNote({ state, error }: Live) {
  return (
    <>
      <p class={`live-note ${state}`} role="status">
        {TEXTS[state]}
      </p>
      {error !== undefined && <ErrorNote error={error} />}
    </>
  );
}
