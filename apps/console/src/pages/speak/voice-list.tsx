import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { List, Voice } from '../../api/types.js';
import { ErrorNote } from '../../components/error-note.js';
import { useLoaded } from '../../components/use-loaded.js';
import { playSample, sampled, sampleError, stopSample } from './samples.js';
import { change, fields } from './speak-state.js';

/** With more than so many, there is a field to look for one. */
const MANY = 8;
/** Languages that are named; an alias may have a hundred. */
const FEW = 3;

/** The voices there are for the chosen model, each with a sample. */
export function VoiceList() {
  const { model, voice } = fields.value;
  const { data, error } = useLoaded<List<Voice>>(model === '' ? 'v1/audio/voices' : `v1/audio/voices?model=${encodeURIComponent(model)}`);
  const wanted = useSignal('');
  const voices = data?.data ?? [];
  useEffect(() => {
    // Of another model: the provider's own stands instead.
    if (data !== undefined && voice !== '' && !data.data.some(({ id }) => id === voice)) change({ voice: '' });
  }, [data]);
  useEffect(() => stopSample, []);
  return (
    <fieldset class="voices">
      <legend>Voice</legend>
      {error !== undefined && <ErrorNote error={error} />}
      {voices.length > MANY && (
        <label class="field">
          <span>Find a voice</span>
          <input type="search" value={wanted.value} onInput={({ currentTarget }) => (wanted.value = currentTarget.value)} />
        </label>
      )}
      <div class="voice-rows">
        <label class="voice">
          <input type="radio" name="voice" checked={voice === ''} onChange={() => change({ voice: '' })} />
          <span>The provider’s own</span>
        </label>
        {voices
          .filter((one) => matches(one, wanted.value))
          .map((one) => (
            <VoiceRow key={one.id} voice={one} isChosen={one.id === voice} model={model} />
          ))}
      </div>
      {sampleError.value !== undefined && <ErrorNote error={sampleError.value} />}
    </fieldset>
  );
}

/** There may be hundreds: keys choose a voice with the arrows, and have its sample next to it. */
function VoiceRow({ voice, isChosen, model }: { voice: Voice; isChosen: boolean; model: string }) {
  const { id, name, providers, languages } = voice;
  const isHeard = sampled.value === id;
  return (
    <div class="voice">
      <label>
        <input type="radio" name="voice" value={id} checked={isChosen} onChange={() => change({ voice: id })} />
        <span>
          {name} <small>{`${providers.join(', ')} · ${shortened(languages)}`}</small>
        </span>
      </label>
      <button type="button" class="quiet" aria-pressed={isHeard} tabIndex={isChosen ? 0 : -1} onClick={() => void playSample(id, model)}>
        Sample <span class="visually-hidden">of {name}</span>
      </button>
    </div>
  );
}

function matches({ id, name, providers, languages }: Voice, wanted: string): boolean {
  const text = [id, name, ...providers, ...languages].join(' ').toLowerCase();
  return text.includes(wanted.trim().toLowerCase());
}

function shortened(languages: readonly string[]): string {
  if (languages.includes('*')) return 'every language';
  const more = languages.length - FEW;
  return `${languages.slice(0, FEW).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
