import {
  sizeOf,
  TooLargeError,
  type Transcript,
  type TranscriptionCapabilities,
  type TranscriptionProvider,
  type TranscriptionRequest,
} from '@parlance/contracts';
import { base64Of } from '../requests/base64.js';
import { checkTranscriptionRequest } from '../requests/check-request.js';
import { callGoogle, googleJson, type GoogleConnection } from './google.connection.js';
import { recogniseLong } from './google.long-recording.js';
import type { GoogleOptions } from './google.options.js';
import { configV1, configV2, FORMATS_V1, FORMATS_V2, MAXIMUM_INLINE_BYTES, PCM_SAMPLE_RATE } from './google.recognition.js';
import { toTranscript } from './google.transcript.js';

const usualModels = {
  v1: ['latest_long', 'latest_short', 'default', 'phone_call', 'video', 'command_and_search'],
  v2: ['long', 'short', 'chirp_2', 'chirp_3', 'telephony'],
} as const;
/** Google's own limit of what may lie in storage, seconds. */
const longestStored = 480 * 60;

/** `speech:recognize` of v1 or v2; longer recordings by way of Cloud Storage. */
export class GoogleTranscription implements TranscriptionProvider {
  readonly name: string;
  readonly capabilities: TranscriptionCapabilities;

  constructor(
    private readonly connection: GoogleConnection,
    private readonly options: GoogleOptions,
    private readonly urls: { transcription: string; storage: string },
  ) {
    const { apiVersion, transcriptionModels, maximumSeconds, wordTimes } = options;
    const models: readonly string[] = transcriptionModels ?? usualModels[apiVersion];
    this.name = connection.name;
    this.capabilities = {
      models: models.map((id) => ({ id })),
      anyModel: true,
      languages: ['*'],
      formats: apiVersion === 'v1' ? FORMATS_V1 : FORMATS_V2,
      // v1 refuses several channels unless it is told how many; then, as v2, it hears the first of them alone.
      onlyPlain: true,
      pcmSampleRate: PCM_SAMPLE_RATE,
      // What lies in storage may be of any size.
      ...(this.bucket === undefined ? { maximumBytes: MAXIMUM_INLINE_BYTES } : {}),
      maximumSeconds: this.bucket === undefined ? maximumSeconds : longestStored,
      timings: wordTimes ? 'word' : 'segment',
      prompt: true,
      punctuation: true,
      profanityFilter: true,
    };
  }

  async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    checkTranscriptionRequest(request, this.capabilities, this.name, signal);
    const { duration = 0 } = request.recording;
    const { maximumSeconds } = this.capabilities;
    if (maximumSeconds !== undefined && duration > maximumSeconds) {
      throw new TooLargeError(
        `${this.name} takes at most ${maximumSeconds} seconds at once. Send the recording in parts, or configure a bucket for long ones.`,
        'file',
      );
    }
    return toTranscript(await this.recognise(request, signal), request, this.name);
  }

  private async recognise(request: TranscriptionRequest, signal: AbortSignal): Promise<unknown> {
    const { bucket, options, urls, connection } = this;
    const { bytes, duration = 0 } = request.recording;
    if (options.apiVersion === 'v2') return this.recogniseV2(request, signal);
    const config = configV1(request, options);
    if (bucket !== undefined && (duration > options.maximumSeconds || sizeOf(bytes) > MAXIMUM_INLINE_BYTES)) {
      const { operationMilliseconds, pollMilliseconds } = options;
      const settings = { operationMilliseconds, pollMilliseconds, bucket, transcriptionUrl: urls.transcription, storageUrl: urls.storage };
      return recogniseLong(connection, settings, request, config, signal);
    }
    return this.ask(`${urls.transcription}/v1/speech:recognize`, { config, audio: { content: await base64Of(bytes) } }, request, signal);
  }

  private async recogniseV2(request: TranscriptionRequest, signal: AbortSignal): Promise<unknown> {
    const { project, location, recognizer } = this.options;
    const url = `${this.urls.transcription}/v2/projects/${project}/locations/${location}/recognizers/${recognizer}:recognize`;
    return this.ask(url, { config: configV2(request, this.options), content: await base64Of(request.recording.bytes) }, request, signal);
  }

  private async ask(url: string, json: unknown, { prompt }: TranscriptionRequest, signal: AbortSignal): Promise<unknown> {
    const secrets = [prompt];
    return googleJson(this.connection, await callGoogle(this.connection, { method: 'POST', url, json, secrets }, signal), secrets);
  }

  /** Where long recordings are laid, if anywhere: v2 has another way for that. */
  private get bucket(): string | undefined {
    return this.options.apiVersion === 'v1' ? this.options.bucket : undefined;
  }
}
