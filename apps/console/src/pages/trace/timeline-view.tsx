import { showMilliseconds } from '../../components/numbers.js';
import type { Bar, Moment, Timeline } from './timeline.js';

/** The stretches below each other, each with its figures in words; the moments go through all of them. */
export function TimelineView({ timeline: { bars, moments } }: { timeline: Timeline }) {
  return (
    <div class="timeline">
      <ol aria-label="What was done, in the order of time">
        {bars.map((bar, index) => (
          <BarRow key={index} bar={bar} moments={moments} />
        ))}
      </ol>
      <ul class="moments" aria-label="Moments">
        {moments.map(({ label, at }) => (
          <li key={label}>
            {label}: {showMilliseconds(at)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function BarRow({ bar, moments }: { bar: Bar; moments: readonly Moment[] }) {
  const { label, kind, outcome, start, length, left, width } = bar;
  return (
    <li>
      <span class="bar-label">
        {label} <span class={`badge ${kind}`}>{outcome}</span>
      </span>
      <span class="bar-figures">
        at {showMilliseconds(start)}, {showMilliseconds(length)} long
      </span>
      <span class="bar-track" aria-hidden="true">
        <span class={`bar ${kind}`} style={{ '--left': `${left}%`, '--width': `${width}%` }} />
        {moments.map((moment) => (
          <span key={moment.label} class="moment" style={{ '--left': `${moment.left}%` }} />
        ))}
      </span>
    </li>
  );
}
