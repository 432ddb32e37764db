import type { Retirement } from '../../api/types.js';

/** The configured models that their vendors will shut down. */
export function Retirements({ retiring }: { retiring: readonly Retirement[] }) {
  return (
    <section class="card" aria-labelledby="retiring-title">
      <h2 id="retiring-title">Models that end</h2>
      {retiring.length === 0 && <p class="empty">None of those that are configured.</p>}
      <ul>
        {retiring.map(({ provider, model, retires, daysLeft, successor }) => (
          <li key={`${provider}/${model}`}>
            <strong>
              {provider}/{model}
            </strong>{' '}
            {daysLeft > 0 ? `in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}` : 'now'} (<time dateTime={retires}>{retires}</time>)
            {successor !== undefined && `; instead: ${successor}`}
          </li>
        ))}
      </ul>
    </section>
  );
}
