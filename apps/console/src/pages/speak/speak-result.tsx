import { canStream, deliveryOf } from '../../audio/formats.js';
import { ErrorNote } from '../../components/error-note.js';
import { Facts } from '../../components/facts.js';
import { showBytes, showMilliseconds } from '../../components/numbers.js';
import { PlayerBar } from '../../components/player-bar.js';
import { marks, player, run, type Run } from './speak-state.js';

const CACHE_STATES: Readonly<Record<string, string>> = {
  miss: 'made anew (miss)',
  hit: 'was made before (hit)',
  coalesced: 'shared with an equal request (coalesced)',
  partial: 'in part made before (partial)',
  off: 'not used (off)',
};

export function SpeakResult() {
  const { phase, error, download } = run.value;
  return (
    <section class="card" aria-labelledby="speech-title">
      <h2 id="speech-title">Speech</h2>
      <p role="status">{statusOf(run.value)}</p>
      {error !== undefined && <ErrorNote error={error} />}
      <PlayerBar player={player} marks={marks.value}>
        {download !== undefined && (
          <a class="button" href={download.address} download={download.name}>
            Download {showBytes(download.bytes)}
          </a>
        )}
      </PlayerBar>
      {phase !== 'idle' && <Figures />}
    </section>
  );
}

function Figures() {
  const { provider, model, voice, cache, attempts, warning, requestId, firstMilliseconds, gatewayMilliseconds, totalMilliseconds, trace } =
    run.value.outcome;
  const shown = (milliseconds: number | undefined) => (milliseconds === undefined ? undefined : showMilliseconds(milliseconds));
  return (
    <Facts
      label="What was done"
      facts={[
        { name: 'First audio, here', value: shown(firstMilliseconds) },
        { name: 'First audio, at the gateway', value: shown(gatewayMilliseconds) },
        { name: 'All of it', value: shown(totalMilliseconds) },
        { name: 'Provider', value: provider },
        { name: 'Model', value: model },
        { name: 'Voice', value: voice },
        { name: 'Cache', value: cache === undefined ? undefined : (CACHE_STATES[cache] ?? cache) },
        { name: 'Calls to providers', value: attempts },
        { name: 'Pieces', value: trace === undefined ? undefined : String(trace.segments) },
        { name: 'Warnings', value: warning, isWide: true },
        { name: 'Request', value: trace === undefined ? requestId : <a href={`#/trace/${requestId}`}>{requestId}</a>, isWide: true },
      ]}
    />
  );
}

function statusOf({ phase, format, outcome }: Run): string {
  switch (phase) {
    case 'idle':
      return 'Nothing spoken yet: write a text and press Speak.';
    case 'asking':
      return 'Asking …';
    case 'coming':
      return isHeardWhole(format)
        ? 'Audio is coming. Browsers play this format when all of it is there.'
        : 'Audio is coming, and is played as it comes.';
    case 'done':
      return `Done in ${showMilliseconds(outcome.totalMilliseconds ?? 0)}.${isHeardWhole(format) ? ' Browsers play this format when all of it is there.' : ''}`;
    case 'failed':
      return 'It did not work.';
  }
}

function isHeardWhole(format: Run['format']): boolean {
  return format !== undefined && deliveryOf(format, canStream) === 'whole';
}
