import type { GatewayStatus } from '../../api/types.js';
import { Facts } from '../../components/facts.js';
import { showBytes, showDuration, showMilliseconds, showShare } from '../../components/numbers.js';

export function Overview({ status }: { status: GatewayStatus }) {
  return (
    <div class="cards">
      <Gateway status={status} />
      <Requests status={status} />
      <Cache status={status} />
      <Queues status={status} />
    </div>
  );
}

function Gateway({ status: { state, degraded, version, uptimeSeconds, process } }: { status: GatewayStatus }) {
  return (
    <section class="card" aria-labelledby="gateway-title">
      <h2 id="gateway-title">
        Gateway <span class={`badge ${state === 'ready' ? 'ok' : 'failed'}`}>{state}</span>
      </h2>
      <Facts
        facts={[
          { name: 'Not as it should be', value: degraded.join(', ') },
          { name: 'Version', value: version },
          { name: 'Up for', value: showDuration(uptimeSeconds) },
          { name: 'Memory', value: showBytes(process.residentBytes) },
          { name: 'Heap', value: showBytes(process.heapBytes) },
          { name: 'Event loop, p99', value: showMilliseconds(process.eventLoopP99Milliseconds) },
          { name: 'Node', value: process.node },
        ]}
      />
    </section>
  );
}

function Requests({ status: { requests } }: { status: GatewayStatus }) {
  const shown = ({ ok, failed }: { ok: number; failed: number }) => `${ok} served, ${failed} failed`;
  return (
    <section class="card" aria-labelledby="requests-title">
      <h2 id="requests-title">Requests</h2>
      <Facts
        facts={[
          { name: 'Under way', value: String(requests.active) },
          { name: 'Speech', value: shown(requests.speak) },
          { name: 'Transcription', value: shown(requests.transcribe) },
        ]}
      />
    </section>
  );
}

function Cache({ status: { cache } }: { status: GatewayStatus }) {
  return (
    <section class="card" aria-labelledby="cache-title">
      <h2 id="cache-title">Cache</h2>
      <Facts
        facts={[
          { name: 'Look-ups', value: String(cache.lookups) },
          { name: 'Found', value: `${cache.hits} (${showShare(cache.hits, cache.lookups)})` },
          { name: 'Found in part', value: String(cache.partial) },
          { name: 'Shared with an equal request', value: `${cache.coalesced} (${showShare(cache.coalesced, cache.lookups)})` },
          { name: 'Made anew', value: String(cache.misses) },
          { name: 'In memory', value: `${cache.memoryEntries} entries, ${showBytes(cache.memoryBytes)}` },
        ]}
      />
    </section>
  );
}

function Queues({ status: { queues } }: { status: GatewayStatus }) {
  return (
    <section class="card" aria-labelledby="queues-title">
      <h2 id="queues-title">Queues</h2>
      {queues.length === 0 && <p class="empty">None.</p>}
      <Facts
        facts={queues.map(({ name, waiting, active, oldestSeconds }) => ({
          name,
          value: `${waiting} waiting, ${active} under way${oldestSeconds > 0 ? `, oldest ${showDuration(oldestSeconds)}` : ''}`,
        }))}
      />
    </section>
  );
}
