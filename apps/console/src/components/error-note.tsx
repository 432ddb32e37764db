import type { ApiError } from '../api/api-error.js';
import { askForKey } from '../api/key.js';

/** What went wrong, as the gateway says it, and what to do. */
export function ErrorNote({ error }: { error: ApiError }) {
  const { message, code, status, requestId, attempts = [] } = error;
  const facts = [code, status === 0 ? undefined : String(status), requestId].filter((fact) => fact !== undefined);
  return (
    <div class="error-note" role="alert">
      <p>{message}</p>
      {attempts.length > 0 && (
        <ul>
          {attempts.map(({ provider, model, outcome, milliseconds }, index) => (
            <li key={index}>
              {provider}/{model}: {outcome} after {milliseconds} ms
            </li>
          ))}
        </ul>
      )}
      {facts.length > 0 && <p class="facts">{facts.join(' · ')}</p>}
      {error.lacksScope && (
        <button type="button" onClick={askForKey}>
          Use another key
        </button>
      )}
    </div>
  );
}
