import { useEffect } from 'preact/hooks';
import type { List, Model } from '../../api/types.js';
import { ErrorNote } from '../../components/error-note.js';
import { modelGroups } from '../../components/model-groups.js';
import { ModelOptions } from '../../components/model-options.js';
import { useLoaded } from '../../components/use-loaded.js';
import { HearingResult } from './hearing-result.js';
import { language, model } from './listen-state.js';
import { RecordingSource } from './recording-source.js';

export function ListenPage() {
  return (
    <>
      <p class="lead">A recording in, words out: they appear while they are still being understood.</p>
      <div class="columns">
        <div class="card stack">
          <ModelField />
          <label class="field">
            <span>Language, such as en (found out when left empty)</span>
            <input
              type="text"
              value={language.value}
              maxLength={64}
              onInput={({ currentTarget }) => (language.value = currentTarget.value.trim())}
            />
          </label>
          <RecordingSource />
        </div>
        <HearingResult />
      </div>
    </>
  );
}

function ModelField() {
  const { data, error } = useLoaded<List<Model>>('v1/models');
  const groups = modelGroups(data?.data ?? [], 'transcribe');
  useEffect(() => {
    if (model.value === '') model.value = groups[0]?.models[0]?.id ?? '';
  }, [data]);
  if (error !== undefined) return <ErrorNote error={error} />;
  return (
    <label class="field">
      <span>Model</span>
      <select value={model.value} onChange={({ currentTarget }) => (model.value = currentTarget.value)}>
        <ModelOptions groups={groups} />
      </select>
    </label>
  );
}
