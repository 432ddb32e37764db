import { useSignal } from '@preact/signals';
import type { TargetedDragEvent } from 'preact';
import { useEffect } from 'preact/hooks';
import { Recorder } from '../../audio/recorder.js';
import { RecordButton } from '../../components/record-button.js';
import { fail, hear, stop } from './listen-state.js';

const recorder = new Recorder();

/** A recording from the microphone, or a file that is chosen or dropped. */
export function RecordingSource() {
  const isOver = useSignal(false);
  // Whoever looks at another page meanwhile has recorded something all the same.
  useEffect(() => () => void recorder.stop().then(hearFile), []);
  function onDrop(event: TargetedDragEvent<HTMLDivElement>): void {
    event.preventDefault();
    isOver.value = false;
    take(event.dataTransfer?.files);
  }
  function onDragOver(event: Event): void {
    event.preventDefault();
    isOver.value = true;
  }
  return (
    <div
      class={`drop-zone ${isOver.value ? 'over' : ''}`}
      onDragOver={onDragOver}
      onDragLeave={() => (isOver.value = false)}
      onDrop={onDrop}
    >
      <RecordButton recorder={recorder} what="Record" onStart={stop} onRecorded={hearFile} onError={fail} />
      <label class="field">
        <span>Or choose a file, or drop one here</span>
        <input
          type="file"
          accept="audio/*,video/mp4,video/webm,.amr,.flac,.ogg"
          onChange={({ currentTarget }) => {
            take(currentTarget.files);
            // The same file may be chosen again.
            currentTarget.value = '';
          }}
        />
      </label>
    </div>
  );
}

function take(files: FileList | null | undefined): void {
  hearFile(files?.item(0));
}

function hearFile(file: File | null | undefined): void {
  if (file != null) void hear(file, file.name);
}
