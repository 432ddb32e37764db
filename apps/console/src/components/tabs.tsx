import { useSignal } from '@preact/signals';
import type { ComponentChildren, TargetedKeyboardEvent } from 'preact';
import { useId } from 'preact/hooks';
import { steppedIndex } from './stepped-index.js';

export interface Tab {
  name: string;
  content: ComponentChildren;
}

/** One of several contents at a time: arrow keys go from one to the next. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const id = useId();
  const chosen = useSignal(0);
  function onKeyDown(event: TargetedKeyboardEvent<HTMLButtonElement>): void {
    const next = steppedIndex(event.key, chosen.value, tabs.length);
    if (next === undefined) return;
    event.preventDefault();
    chosen.value = next;
    event.currentTarget.parentElement?.querySelectorAll('button')[next]?.focus();
  }
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label}>
        {tabs.map(({ name }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-tab-${index}`}
            aria-controls={`${id}-panel`}
            aria-selected={index === chosen.value}
            tabIndex={index === chosen.value ? 0 : -1}
            onClick={() => (chosen.value = index)}
            onKeyDown={onKeyDown}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${chosen.value}`}>
        {tabs[chosen.value]?.content}
      </div>
    </div>
  );
}
