import type { Model } from '../api/types.js';

export interface ModelGroup {
  label: string;
  models: readonly Model[];
}

/** Models for a purpose by who has them: names for any provider first. */
export function modelGroups(models: readonly Model[], operation: Model['operation']): ModelGroup[] {
  const groups = new Map<string, Model[]>();
  for (const model of models) {
    if (model.operation === operation) groups.set(model.owned_by, [...(groups.get(model.owned_by) ?? []), model]);
  }
  const aliases = groups.get('parlance') ?? [];
  groups.delete('parlance');
  return [
    ...(aliases.length === 0 ? [] : [{ label: 'Names for any provider', models: aliases }]),
    ...[...groups].map(([label, own]) => ({ label, models: own })),
  ];
}
