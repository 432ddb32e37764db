import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { toApiError } from '../../api/api-error.js';
import { Recorder } from '../../audio/recorder.js';
import { RecordButton } from '../../components/record-button.js';
import { isBusy, problem, sendText, sendVoice, stop } from './talk-state.js';

const recorder = new Recorder();

/** What to say next: written, or spoken. */
export function Composer() {
  const text = useSignal('');
  const isRecording = recorder.isRecording.value;
  useEffect(() => () => void recorder.stop(), []);
  function submit(event: Event): void {
    event.preventDefault();
    const said = text.value.trim();
    if (said === '') return;
    text.value = '';
    void sendText(said);
  }
  return (
    <form class="composer" onSubmit={submit}>
      <label class="field">
        <span>Message</span>
        <input type="text" maxLength={100_000} value={text.value} onInput={({ currentTarget }) => (text.value = currentTarget.value)} />
      </label>
      <div class="actions">
        <button type="submit" class="primary" disabled={isBusy.value || isRecording}>
          Send
        </button>
        <RecordButton
          recorder={recorder}
          what="Speak"
          disabled={isBusy.value}
          onRecorded={(recording, name) => void sendVoice(recording, name)}
          onError={(error) => (problem.value = toApiError(error))}
        />
        <button type="button" disabled={!isBusy.value} onClick={stop}>
          Stop
        </button>
      </div>
    </form>
  );
}
