import { useSignal } from '@preact/signals';
import type { GatewayStatus, ProviderState } from '../../api/types.js';
import { LiveNote } from '../../components/live-note.js';
import { useLive } from '../../components/use-live.js';
import { Overview } from './overview.js';
import { ProviderCard } from './provider-card.js';
import { Retirements } from './retirements.js';

export function StatusPage() {
  const status = useSignal<GatewayStatus | undefined>(undefined);
  const live = useLive('v1/status', 'status', (data) => (status.value = data as GatewayStatus));
  const { value: known } = status;
  /** What an operator has done is seen at once. */
  function onChanged(changed: ProviderState): void {
    if (status.value === undefined) return;
    const providers = status.value.providers.map((provider) => (provider.name === changed.name ? changed : provider));
    status.value = { ...status.value, providers };
  }
  return (
    <>
      <p class="lead">How this process of the gateway is just now. Numbers count since it began.</p>
      <LiveNote {...live} />
      {known !== undefined && (
        <div class="stack">
          <Overview status={known} />
          <section aria-labelledby="providers-title">
            <h2 id="providers-title">Providers</h2>
            {known.providers.length === 0 && (
              <p class="card empty">There is no provider: see docs/providers.md for how to configure one.</p>
            )}
            <div class="cards">
              {known.providers.map((provider) => (
                <ProviderCard key={provider.name} provider={provider} onChanged={onChanged} />
              ))}
            </div>
          </section>
          <Retirements retiring={known.retiring} />
        </div>
      )}
    </>
  );
}
