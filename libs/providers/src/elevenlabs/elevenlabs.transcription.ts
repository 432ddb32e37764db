import {
  primaryLanguage,
  UnsupportedError,
  type RecordingFormat,
  type Transcript,
  type TranscriptionCapabilities,
  type TranscriptionProvider,
  type TranscriptionRequest,
} from '@parlance/contracts';
import { expectJson } from '../http/audio-body.js';
import { checkTranscriptionRequest } from '../requests/check-request.js';
import { listeningLimits } from '../requests/listening-limits.js';
import { setRecording } from '../requests/upload-file.js';
import { UploadForm } from '../http/upload-form.js';
import { readText } from '../http/http-client.js';
import { vendorFailure } from '../http/vendor-failure.js';
import { readElevenlabsError, written, type ElevenlabsConnection } from './elevenlabs.connection.js';
import type { ElevenlabsOptions } from './elevenlabs.options.js';
import { toTranscript } from './elevenlabs.transcript.js';

const sampleRate = 16_000;

const FORMATS: readonly RecordingFormat[] = ['wav', 'mp3', 'ogg-opus', 'ogg-vorbis', 'webm', 'flac', 'mp4', 'aac', 'pcm'];

/** `POST /v1/speech-to-text`: the text, with the time of each word. */
export class ElevenlabsTranscription implements TranscriptionProvider {
  readonly name: string;
  readonly capabilities: TranscriptionCapabilities;

  constructor(
    private readonly connection: ElevenlabsConnection,
    { transcriptionModels = ['scribe_v2', 'scribe_v1'] }: ElevenlabsOptions,
  ) {
    this.name = connection.name;
    this.capabilities = {
      models: transcriptionModels.map((id) => ({ id })),
      anyModel: true,
      languages: ['*'],
      formats: FORMATS,
      pcmSampleRate: sampleRate,
      maximumBytes: 3_000_000_000,
      maximumSeconds: 36_000,
      timings: 'word',
      prompt: false,
      temperature: true,
    };
  }

  async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    checkTranscriptionRequest(request, this.capabilities, this.name, signal);
    this.refuse(request);
    const { http, headers, apiKey } = this.connection;
    const response = await http.send(
      { method: 'POST', url: this.address(request), headers, body: formOf(request) },
      signal,
      listeningLimits(http.limits, request.recording),
    );
    if (response.status !== 200)
      throw await vendorFailure(response, readElevenlabsError, { provider: this.name, secrets: [apiKey, request.prompt] });
    return toTranscript(expectJson(await readText(response, 32 * 1024 * 1024), this.name), request, this.name);
  }

  private refuse({ recording, options = {} }: TranscriptionRequest): void {
    const { name: provider } = this;
    if (recording.format === 'pcm' && (recording.sampleRate ?? sampleRate) !== sampleRate)
      throw new UnsupportedError(`${provider} takes pcm at ${sampleRate} Hz only. Send a WAV file.`, 'file', { provider });
    // The vendor would do the work, and be paid for it, and answer with something that is no transcript.
    const separate = options['use_multi_channel'] === true && options['multichannel_output_style'] !== 'combined';
    if (options['webhook'] === true || separate)
      throw new UnsupportedError('A transcript is one answer: leave out webhook, and let channels be combined.', 'options', { provider });
  }

  private address({ options = {} }: TranscriptionRequest): URL {
    const url = new URL(`${this.connection.baseUrl}/v1/speech-to-text`);
    if (options['enable_logging'] !== undefined) url.searchParams.set('enable_logging', written(options['enable_logging']));
    return url;
  }
}

function formOf({ recording, model, language, temperature, words, options = {} }: TranscriptionRequest): UploadForm {
  const form = new UploadForm();
  const untimed = words === false ? { timestamps_granularity: 'none' } : {};
  // "(laughter)" is no text that anybody said: it comes on demand.
  for (const [name, value] of Object.entries({ tag_audio_events: false, ...untimed, ...options })) {
    if (name === 'enable_logging') continue;
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) form.append(name, written(one));
  }
  form.set('model_id', model);
  if (language !== undefined) form.set('language_code', primaryLanguage(language));
  if (temperature !== undefined) form.set('temperature', String(temperature));
  if (recording.format === 'pcm') form.set('file_format', 'pcm_s16le_16');
  setRecording(form, 'file', recording);
  return form;
}
