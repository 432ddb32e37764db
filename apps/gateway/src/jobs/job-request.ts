import type { VoiceFile } from '@parlance/contracts';
import type { SpeakRequest, StoredSpeech, TranscribeRequest, Transcription } from '@parlance/voice';

/** What a job is asked to do, as it is laid into the object store. */
export type JobRequest =
  | { kind: 'speech'; request: SpeakRequest }
  | { kind: 'transcription'; request: Omit<TranscribeRequest, 'audio' | 'onSegment'>; recordingKey: string };

/** Speech as it is kept: without a link, which would expire. */
export interface SpeechResult extends Omit<StoredSpeech, 'url' | 'expiresAt'> {
  file: VoiceFile;
}

export type JobResult = SpeechResult | Transcription;
