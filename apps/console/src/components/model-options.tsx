import type { ModelGroup } from './model-groups.js';

/** What a list of models offers, by who has them. */
export function ModelOptions({ groups }: { groups: readonly ModelGroup[] }) {
  return groups.map(({ label, models }) => (
    <optgroup key={label} label={label}>
      {models.map(({ id }) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </optgroup>
  ));
}
