import { useSignal } from '@preact/signals';
import { toApiError, type ApiError } from '../../api/api-error.js';
import { postJson } from '../../api/request.js';
import type { ProviderState, UpstreamState } from '../../api/types.js';
import { ErrorNote } from '../../components/error-note.js';
import { Facts } from '../../components/facts.js';
import { showMilliseconds, showTime } from '../../components/numbers.js';

const ACTIONS = [
  { action: 'open', label: 'Open', title: 'Keeps requests away from it until it is closed or reset' },
  { action: 'close', label: 'Close', title: 'Lets requests through again' },
  { action: 'reset', label: 'Reset', title: 'Lets requests through again, and forgets what was counted' },
] as const;

export interface ProviderCardProps {
  provider: ProviderState;
  onChanged: (provider: ProviderState) => void;
}

/** A provider, its circuit breakers, and the switches of them. */
export function ProviderCard({ provider, onChanged }: ProviderCardProps) {
  const { name, vendor, operations, credentials, away, models } = provider;
  const standing = standingOf(provider);
  const problem = useSignal<ApiError | undefined>(undefined);
  async function set(action: string): Promise<void> {
    problem.value = undefined;
    try {
      onChanged(await postJson<ProviderState>(`v1/providers/${encodeURIComponent(name)}/breaker`, { action }));
    } catch (error) {
      problem.value = toApiError(error);
    }
  }
  return (
    <article class="card provider" aria-label={`Provider ${name}`}>
      <h3>
        {name} <span class={`badge ${standing === 'asked' ? 'ok' : 'failed'}`}>{standing}</span>
      </h3>
      <p class="hint">{[...(vendor === name ? [] : [vendor]), operations.join(', ')].join(' · ')}</p>
      {credentials === 'missing' && <p class="hint">It has no credentials: see docs/providers.md for which it needs.</p>}
      {Object.entries(away).map(([operation, reason]) => (
        <p key={operation}>
          Cannot {operation}: <span class="badge failed">{reason}</span>
        </p>
      ))}
      {models.length === 0 && <p class="empty">Not asked yet.</p>}
      {models.map((model) => (
        <Upstream key={`${model.model} ${model.operation}`} upstream={model} />
      ))}
      <div class="actions" role="group" aria-label={`Circuit breakers of ${name}`}>
        {ACTIONS.map(({ action, label, title }) => (
          <button key={action} type="button" title={title} onClick={() => void set(action)}>
            {label}
          </button>
        ))}
      </div>
      {problem.value !== undefined && <ErrorNote error={problem.value} />}
    </article>
  );
}

/** Whether it is asked, by all that it can do. */
function standingOf({ operations, away, heldOpen }: ProviderState): string {
  if (heldOpen) return 'kept away by hand';
  const able = operations.filter((operation) => !Object.hasOwn(away, operation));
  if (able.length === operations.length) return 'asked';
  return able.length === 0 ? 'not asked' : `asked to ${able.join(', ')} only`;
}

function Upstream({ upstream: { model, operation, breaker, latency, lastSuccess, lastError } }: { upstream: UpstreamState }) {
  const { state, cause, openForMilliseconds, calls, failures, consecutiveFailures } = breaker;
  return (
    <section class="upstream">
      <h4>
        {model}, {operation} <span class={`badge ${state === 'closed' ? 'ok' : 'failed'}`}>{state}</span>
      </h4>
      <Facts
        facts={[
          { name: 'Last change by', value: cause },
          { name: 'Tried again in', value: openForMilliseconds === undefined ? undefined : showMilliseconds(openForMilliseconds) },
          { name: 'Calls of late', value: `${calls}, ${failures} failed` },
          { name: 'Failures in a row', value: consecutiveFailures === 0 ? undefined : String(consecutiveFailures) },
          { name: 'Last success', value: lastSuccess === undefined ? undefined : showTime(lastSuccess) },
          { name: 'Last failure', value: lastError === undefined ? undefined : `${lastError.code}, ${showTime(lastError.at)}` },
          { name: 'Median', value: latency.median === undefined ? undefined : showMilliseconds(latency.median) },
          { name: 'p95', value: latency.p95 === undefined ? undefined : showMilliseconds(latency.p95) },
        ]}
      />
    </section>
  );
}
