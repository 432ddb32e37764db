import type { Recorder } from '../audio/recorder.js';
import { showClock } from './numbers.js';

export interface RecordButtonProps {
  recorder: Recorder;
  /** What it says while nothing is recorded. */
  what: string;
  disabled?: boolean;
  onStart?: () => void;
  onRecorded: (recording: File) => void;
  onError: (error: unknown) => void;
}

/** Begins and ends a recording from the microphone. */
export function RecordButton({ recorder, what, disabled = false, onStart, onRecorded, onError }: RecordButtonProps) {
  const isRecording = recorder.isRecording.value;
  async function finish(): Promise<void> {
    const recording = await recorder.stop();
    if (recording !== undefined) onRecorded(recording);
  }
  async function press(): Promise<void> {
    try {
      if (isRecording) return await finish();
      onStart?.();
      await recorder.start(() => void finish());
    } catch (error) {
      onError(error);
    }
  }
  return (
    <div class="record">
      <button
        type="button"
        class={isRecording ? 'recording' : ''}
        aria-pressed={isRecording}
        disabled={disabled}
        onClick={() => void press()}
      >
        {isRecording ? 'Stop recording' : what}
      </button>
      <span role="timer">{isRecording ? `${showClock(recorder.seconds.value)} recorded` : ''}</span>
    </div>
  );
}
