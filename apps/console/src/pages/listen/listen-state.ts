import { computed, signal } from '@preact/signals';
import { toApiError, type ApiError } from '../../api/api-error.js';
import { call } from '../../api/request.js';
import type { Transcription } from '../../api/types.js';
import { uploadForm } from '../../api/upload.js';
import { Player } from '../../audio/player.js';
import { transcriptOf } from './transcript.js';

export interface Hearing {
  /** `timing`: the words are there, and when each was said is asked for. */
  phase: 'idle' | 'sending' | 'hearing' | 'timing' | 'done' | 'stopped' | 'failed';
  /** Of the recording's bytes, 0 to 1. */
  sent: number;
  /** What is understood so far. */
  text: string;
  error?: ApiError;
}

const NOTHING: Hearing = { phase: 'idle', sent: 0, text: '' };

/** The latest recording and what was understood; they stay while another page is looked at. */
export const model = signal('');
export const language = signal('');
export const recordingName = signal('');
export const hearing = signal(NOTHING);
export const transcription = signal<Transcription | undefined>(undefined);
export const transcript = computed(() => (transcription.value === undefined ? undefined : transcriptOf(transcription.value)));
export const marks = computed(() => transcription.value?.segments ?? []);
export const player = new Player();

let controller = new AbortController();

/** Opens a recording, and has it written down. */
export async function hear(recording: Blob, name: string): Promise<void> {
  stop();
  const { signal: ended } = (controller = new AbortController());
  recordingName.value = name;
  transcription.value = undefined;
  hearing.value = { ...NOTHING, phase: 'sending' };
  void player.open(recording);
  try {
    await uploadForm('v1/audio/transcriptions', formOf(recording, name, { stream: 'true' }), { onSent, onEvent }, ended);
    note({ phase: 'timing' });
    // The same once more: what was understood is known by now, and only its times are new.
    const answer = await call('v1/voice/transcribe', { form: formOf(recording, name), signal: ended });
    transcription.value = (await answer.json()) as Transcription;
    note({ phase: 'done', text: transcription.value.text });
  } catch (error) {
    if (!ended.aborted) note({ phase: 'failed', error: toApiError(error) });
  }
}

/** Ends what is under way. What was understood stays, until there is another recording. */
export function stop(): void {
  controller.abort();
  const text = transcription.value?.text ?? hearing.value.text;
  if (transcription.value !== undefined) hearing.value = { phase: 'done', sent: 1, text };
  else hearing.value = text === '' ? NOTHING : { phase: 'stopped', sent: 1, text };
}

export function fail(error: unknown): void {
  note({ phase: 'failed', error: toApiError(error) });
}

export function isBusy(): boolean {
  return ['sending', 'hearing', 'timing'].includes(hearing.value.phase);
}

function note(changed: Partial<Hearing>): void {
  hearing.value = { ...hearing.value, ...changed };
}

function onSent(sent: number): void {
  note({ sent, ...(sent === 1 && { phase: 'hearing' }) });
}

function onEvent(data: unknown): void {
  const event = data as { type: string; delta?: string };
  if (event.type === 'transcript.text.delta') note({ phase: 'hearing', text: hearing.value.text + (event.delta ?? '') });
}

function formOf(recording: Blob, name: string, more: Readonly<Record<string, string>> = {}): FormData {
  const form = new FormData();
  const fields = { model: model.value, ...(language.value !== '' && { language: language.value }), ...more };
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', recording, name);
  return form;
}
