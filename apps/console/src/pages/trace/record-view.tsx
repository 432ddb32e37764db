import { useMemo } from 'preact/hooks';
import type { Trace } from '@parlance/contracts';
import type { TraceRecord } from '../../api/types.js';
import { Facts } from '../../components/facts.js';
import { showMilliseconds, showTime } from '../../components/numbers.js';
import { timelineOf } from './timeline.js';
import { TimelineView } from './timeline-view.js';

/** One request: who it was for, what was planned, what was done. */
export function RecordView({ record }: { record: TraceRecord }) {
  const { id, at, operation, outcome, reason, trace, content } = record;
  const timeline = useMemo(() => timelineOf(trace), [trace]);
  return (
    <article class="card record-view" aria-label={`Request ${id}`}>
      <h2>
        {operation === 'speak' ? 'Speech' : 'Transcription'}{' '}
        <span class={`badge ${outcome === 'ok' ? 'ok' : 'failed'}`}>{reason ?? outcome}</span>
      </h2>
      <Facts
        facts={[
          { name: 'Began', value: <time dateTime={at}>{showTime(at)}</time> },
          { name: 'Total', value: trace.totalMilliseconds === undefined ? undefined : showMilliseconds(trace.totalMilliseconds) },
          { name: 'Served by', value: trace.servedBy === undefined ? undefined : `${trace.servedBy.provider}/${trace.servedBy.model}` },
          { name: 'Cache', value: trace.cache },
          { name: 'Pieces', value: trace.segments > 1 ? String(trace.segments) : undefined },
          { name: 'Route', value: record.route },
          { name: 'Tenant', value: record.tenant },
          { name: 'Agent', value: record.agent },
          { name: 'Request', value: <a href={`#/trace/${id}`}>{id}</a>, isWide: true },
        ]}
      />
      <TimelineView timeline={timeline} />
      <Plan trace={trace} />
      {content !== undefined && (
        <details>
          <summary>Content</summary>
          <p class="content" dir="auto">
            {content.text ?? content.transcript}
          </p>
        </details>
      )}
    </article>
  );
}

function Plan({ trace: { plan, skipped } }: { trace: Trace }) {
  if (plan.length === 0 && skipped.length === 0) return <p class="hint">It was refused before anything was planned.</p>;
  return (
    <details>
      <summary>
        Plan: {plan.map(({ provider }) => provider).join(' → ') || 'nobody'}
        {skipped.length > 0 && `; left out: ${skipped.length}`}
      </summary>
      <ol>
        {plan.map(({ provider, model, voice }, index) => (
          <li key={index}>
            {provider}/{model}
            {voice !== undefined && `, voice ${voice}`}
          </li>
        ))}
      </ol>
      {skipped.length > 0 && (
        <ul aria-label="Left out">
          {skipped.map(({ provider, reason }, index) => (
            <li key={index}>
              {provider}: {reason}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
