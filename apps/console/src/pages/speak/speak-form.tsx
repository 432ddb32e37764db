import type { List, Model } from '../../api/types.js';
import { FORMATS, type Format } from '../../audio/formats.js';
import { ErrorNote } from '../../components/error-note.js';
import { useLoaded } from '../../components/use-loaded.js';
import { modelGroups } from '../../components/model-groups.js';
import { ModelOptions } from '../../components/model-options.js';
import { change, fields, isBusy, speak, stop } from './speak-state.js';
import { VoiceList } from './voice-list.js';

export function SpeakForm() {
  const { text } = fields.value;
  function submit(event: Event): void {
    event.preventDefault();
    void speak();
  }
  return (
    <form class="card speak-form" onSubmit={submit}>
      <label class="field">
        <span>Text</span>
        <textarea
          rows={4}
          dir="auto"
          required
          value={text}
          onInput={({ currentTarget }) => change({ text: currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
          }}
        />
      </label>
      <div class="actions">
        <button type="submit" class="primary">
          Speak
        </button>
        <button type="button" disabled={!isBusy()} onClick={stop}>
          Stop
        </button>
      </div>
      <div class="row">
        <ModelField />
        <FormatField />
        <SpeedField />
      </div>
      <VoiceList />
      <CacheField />
    </form>
  );
}

function ModelField() {
  const { data, error } = useLoaded<List<Model>>('v1/models');
  return (
    <>
      <label class="field">
        <span>Provider and model</span>
        <select value={fields.value.model} onChange={({ currentTarget }) => change({ model: currentTarget.value })}>
          <option value="">The plan of the gateway</option>
          <ModelOptions groups={modelGroups(data?.data ?? [], 'speak')} />
        </select>
      </label>
      {error !== undefined && <ErrorNote error={error} />}
    </>
  );
}

function FormatField() {
  return (
    <label class="field">
      <span>Format</span>
      <select value={fields.value.format} onChange={({ currentTarget }) => change({ format: currentTarget.value as Format })}>
        {FORMATS.map((format) => (
          <option key={format} value={format}>
            {format}
          </option>
        ))}
      </select>
    </label>
  );
}

function SpeedField() {
  const { speed } = fields.value;
  return (
    <label class="field">
      <span>Speed: {speed}×</span>
      <input
        type="range"
        min={0.25}
        max={4}
        step={0.05}
        value={speed}
        onInput={({ currentTarget }) => change({ speed: Number(currentTarget.value) })}
      />
    </label>
  );
}

function CacheField() {
  return (
    <label class="check">
      <input type="checkbox" checked={fields.value.cache} onChange={({ currentTarget }) => change({ cache: currentTarget.checked })} />
      <span>Take what was made before (cache)</span>
    </label>
  );
}
