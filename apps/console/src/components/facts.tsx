import type { ComponentChildren } from 'preact';

export interface Fact {
  name: string;
  /** Left out when there is none. */
  value: ComponentChildren;
  /** Whether it needs the room of two. */
  isWide?: boolean;
}

/** Names and values, as many beside each other as fit. */
export function Facts({ facts, label }: { facts: readonly Fact[]; label?: string }) {
  return (
    <dl class="fact-list" aria-label={label}>
      {facts
        .filter(({ value }) => value !== undefined && value !== '')
        .map(({ name, value, isWide = false }) => (
          <div key={name} class={isWide ? 'wide' : ''}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
