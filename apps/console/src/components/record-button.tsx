import type { Recorder } from '../audio/recorder.js';
import { showClock } from './numbers.js';

export interface RecordButtonProps {
  recorder: Recorder;
  /** What it says while nothing is recorded. */
  what: string;
  disabled?: boolean;
  onStart?: () => void;
  onRecorded: (recording: Blob, name: string) => void;
  onError: (error: unknown) => void;
}

/** Begins and ends a recording from the microphone. */
export function RecordButton({ recorder, what, disabled = false, onStart, onRecorded, onError }: RecordButtonProps) {
  const isRecording = recorder.isRecording.value;
  async function press(): Promise<void> {
    try {
      if (!isRecording) {
        onStart?.();
        return await recorder.start();
      }
      const recording = await recorder.stop();
      if (recording !== undefined) onRecorded(recording, nameOf(recording.type));
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

/** The gateway reads the format from the bytes; a name is for people. */
function nameOf(mediaType: string): string {
  return `recording.${mediaType.includes('mp4') ? 'm4a' : mediaType.includes('ogg') ? 'ogg' : 'webm'}`;
}
