import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiError, toApiError } from '../../api/api-error.js';
import { Recorder } from '../../audio/recorder.js';
import { RecordButton } from '../../components/record-button.js';
import { isBusy, problem, sendText, sendVoice, stop } from './talk-state.js';

const recorder = new Recorder();

/** What to say next: written, or spoken. */
export function Composer() {
  const text = useSignal('');
  const isRecording = recorder.isRecording.value;
  useEffect(() => () => void recorder.stop().then(noteUnsent), []);
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
        <input type="text" dir="auto" value={text.value} onInput={({ currentTarget }) => (text.value = currentTarget.value)} />
      </label>
      <div class="actions">
        <button type="submit" class="primary" disabled={isBusy.value || isRecording}>
          Send
        </button>
        <RecordButton
          recorder={recorder}
          what="Speak"
          disabled={isBusy.value}
          onRecorded={(recording) => void sendVoice(recording)}
          onError={(error) => (problem.value = toApiError(error))}
        />
        <button type="button" disabled={!isBusy.value} onClick={stop}>
          Stop
        </button>
      </div>
    </form>
  );
}

/** It may not be all that was to be said when another page is looked at: it is not sent, and whoever comes back is told. */
function noteUnsent(recording: File | undefined): void {
  if (recording === undefined) return;
  problem.value = new ApiError({ status: 0, message: 'The recording ended when you left this page, and was not sent. Record it again.' });
}
