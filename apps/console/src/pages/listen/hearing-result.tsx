import { useEffect } from 'preact/hooks';
import { toSubRip, toWebVtt } from '@parlance/contracts';
import { useSignal } from '@preact/signals';
import type { Transcription } from '../../api/types.js';
import { CopyButton } from '../../components/copy-button.js';
import { ErrorNote } from '../../components/error-note.js';
import { Facts } from '../../components/facts.js';
import { showMilliseconds } from '../../components/numbers.js';
import { PlayerBar } from '../../components/player-bar.js';
import { hearing, isBusy, marks, player, recordingName, stop, transcript, transcription, type Hearing } from './listen-state.js';
import { TranscriptView } from './transcript-view.js';

export function HearingResult() {
  const { phase, sent, text, error } = hearing.value;
  return (
    <section class="card" aria-labelledby="transcript-title">
      <h2 id="transcript-title">Transcript</h2>
      <p role="status">{statusOf(hearing.value)}</p>
      {phase === 'sending' && <progress aria-label="Sent" value={sent} max={1} />}
      {error !== undefined && <ErrorNote error={error} />}
      {recordingName.value !== '' && <p class="hint">{recordingName.value}</p>}
      {recordingName.value !== '' && <PlayerBar player={player} marks={marks.value} />}
      {transcript.value === undefined ? (
        <p class="transcript" dir="auto" aria-live="polite">
          {text}
        </p>
      ) : (
        <TranscriptView transcript={transcript.value} />
      )}
      {isBusy() && (
        <button type="button" onClick={stop}>
          Stop
        </button>
      )}
      {transcription.value !== undefined && <Downloads transcription={transcription.value} />}
      {transcription.value !== undefined && <Figures transcription={transcription.value} />}
    </section>
  );
}

function Downloads({ transcription: { text, segments } }: { transcription: Transcription }) {
  return (
    <div class="actions">
      <TextDownload name="transcript.srt" text={toSubRip(segments)} type="application/x-subrip" />
      <TextDownload name="transcript.vtt" text={toWebVtt(segments)} type="text/vtt" />
      <CopyButton text={text} what="the text" />
    </div>
  );
}

function TextDownload({ name, text, type }: { name: string; text: string; type: string }) {
  const address = useSignal('');
  useEffect(() => {
    address.value = URL.createObjectURL(new Blob([text], { type }));
    return () => URL.revokeObjectURL(address.value);
  }, [text, type]);
  return (
    <a class="button" href={address.value} download={name}>
      Download {name}
    </a>
  );
}

function Figures({ transcription: { language, duration, segments, warnings, trace } }: { transcription: Transcription }) {
  return (
    <Facts
      label="What was done"
      facts={[
        { name: 'Length', value: showMilliseconds(duration * 1000) },
        { name: 'Language', value: language },
        { name: 'Passages', value: String(segments.length) },
        { name: 'Provider', value: trace.servedBy?.provider },
        { name: 'Model', value: trace.servedBy?.model },
        { name: 'Cache', value: trace.cache },
        { name: 'Warnings', value: warnings.map(({ message }) => message).join(' ') },
      ]}
    />
  );
}

function statusOf({ phase, text }: Hearing): string {
  switch (phase) {
    case 'idle':
      return 'Nothing heard yet: record something, or choose a file.';
    case 'sending':
      return 'Sending the recording …';
    case 'hearing':
      return 'Listening …';
    case 'timing':
      return 'Asking when each word was said …';
    case 'done':
      return text === '' ? 'There is no speech in it.' : 'Done. Press a word to hear it.';
    case 'stopped':
      return 'Stopped. This was understood until then.';
    case 'failed':
      return 'It did not work.';
  }
}
