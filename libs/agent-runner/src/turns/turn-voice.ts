import {
  isAudioFormat,
  ParlanceError,
  throwIfAborted,
  TooLargeError,
  UnsupportedError,
  type AudioFormat,
  type VoiceFile,
} from '@parlance/contracts';
import { DEFAULT_LINK_SECONDS, VoiceFiles, VoiceService, type SpeakRequest, type Transcription } from '@parlance/voice';
import { Injectable } from '@nestjs/common';
import type { Agent } from '../agents/agent.types.js';
import { limitsOf, speechDefaults, transcriptionDefaults } from '../settings/requests.js';
import type { TurnAccount } from './turn-account.js';
import type { TurnRecording, TurnTask } from './turn-task.js';
import type { AudioChunkEvent, AudioFileEvent, TurnRecord } from './turn.types.js';

/** How long a turn waits at its end for its recording to be stored. */
const KEEP_MILLISECONDS = 10_000;

/** The ears and the mouth of an agent: what its settings and its graph say is done, and nothing else. */
@Injectable()
export class TurnVoice {
  constructor(
    private readonly voice: VoiceService,
    private readonly files: VoiceFiles,
  ) {}

  /** @throws ParlanceError `not_found`, `too_large`; `unsupported` where the agent's voice is off */
  async load({ agent, recording }: TurnTask, signal: AbortSignal): Promise<Required<Pick<TurnRecording, 'audio'>> & TurnRecording> {
    if (!agent.voice.enabled) {
      throw new UnsupportedError(
        `The agent '${agent.id}' takes no voice messages: its 'voice_settings.enabled' is false. Send text.`,
        'audio',
        {
          reason: 'voice_disabled',
        },
      );
    }
    const { fileId, filename, audio } = recording ?? {};
    const read = fileId === undefined ? undefined : await this.files.read(fileId, signal);
    const bytes = read?.bytes ?? audio ?? new Uint8Array();
    const { maximumBytes } = limitsOf(agent);
    if (bytes.byteLength > maximumBytes) {
      throw new TooLargeError(
        `The recording has ${bytes.byteLength} bytes; this agent takes ${maximumBytes} at most. Send a shorter one.`,
        'audio',
      );
    }
    const name = filename ?? read?.filename;
    return { audio: bytes, ...(name !== undefined && { filename: name }), ...(fileId !== undefined && { fileId }) };
  }

  async hear(
    { agent, user, origin }: Pick<TurnTask, 'agent' | 'user' | 'origin'>,
    { audio, filename }: TurnRecording,
    signal: AbortSignal,
    language?: string,
  ): Promise<Transcription> {
    return this.voice.transcribe(
      {
        ...transcriptionDefaults(agent),
        audio: audio ?? new Uint8Array(),
        ...(filename !== undefined && { filename }),
        ...(user !== undefined && { user }),
        ...(origin !== undefined && { origin }),
        ...(language !== undefined && { language }),
      },
      signal,
    );
  }

  /** Stores what came. A recording that cannot be stored is no reason not to answer it. */
  async keep(agent: Agent, { audio, filename, fileId }: TurnRecording, account: TurnAccount): Promise<void> {
    if (fileId !== undefined) return account.kept(fileId);
    if (audio === undefined) return;
    const owner = { tenant: agent.tenant, agent: agent.id, ...(filename !== undefined && { filename }) };
    try {
      const { id } = await this.files.keep({ ...owner, bytes: audio }, AbortSignal.timeout(KEEP_MILLISECONDS));
      account.kept(id);
    } catch {
      account.warn({ code: 'storage_unavailable', message: 'The object store is away: the recording is not kept.' });
    }
  }

  /** @throws ParlanceError; an AudioFileEvent that could not be stored has its bytes instead */
  async *say(
    task: TurnTask,
    record: TurnRecord,
    account: TurnAccount,
    signal: AbortSignal,
  ): AsyncGenerator<AudioFileEvent | AudioChunkEvent, void, undefined> {
    const request = requestOf(task, record);
    if (task.delivery === 'chunks') return yield* this.chunks(request, account, signal);
    yield (await this.again(task, record, signal)) ?? (await this.file(request, task, account, signal));
  }

  private async *chunks(
    request: SpeakRequest,
    account: TurnAccount,
    signal: AbortSignal,
  ): AsyncGenerator<AudioChunkEvent, void, undefined> {
    const speech = await this.voice.speak(request, signal);
    const { format, mediaType, sampleRate } = speech;
    account.spoke(speech, request.text);
    let index = 0;
    for await (const bytes of speech.chunks) {
      if (bytes.byteLength > 0) yield { type: 'audio', format, mediaType, sampleRate, index: index++, bytes };
    }
    account.warn(...speech.warnings);
  }

  private async file(request: SpeakRequest, { urlSeconds }: TurnTask, account: TurnAccount, signal: AbortSignal): Promise<AudioFileEvent> {
    const spoken = await this.voice.speakToFileIfPossible(request, signal, urlSeconds);
    account.spoke(spoken, request.text);
    const { url, expiresAt, bytes } = spoken;
    if (spoken.file === null) {
      const { format, mediaType, sampleRate } = spoken;
      return { type: 'audio', format, mediaType, sampleRate, file: null, url, expiresAt, bytes };
    }
    account.stored(spoken.file.id);
    return { type: 'audio', ...factsOf(spoken.file, request.format), file: spoken.file, url, expiresAt, bytes };
  }

  /** A link to what was spoken before; `undefined` where it is not there any more, or the store is away: it is spoken anew. */
  private async again(
    { urlSeconds = DEFAULT_LINK_SECONDS, format }: TurnTask,
    { speechId }: TurnRecord,
    signal: AbortSignal,
  ): Promise<AudioFileEvent | undefined> {
    if (speechId === null) return undefined;
    try {
      const file = await this.files.describe(speechId, signal);
      const link = await this.files.link(speechId, urlSeconds, signal);
      return { type: 'audio', ...factsOf(file, format), file, ...link, bytes: null };
    } catch (error) {
      throwIfAborted(signal);
      // What is wrong with the request stays wrong.
      if (!(error instanceof ParlanceError) || error.code === 'invalid') throw error;
      return undefined;
    }
  }
}

/** @param format what was asked for, should the file not know what it is */
function factsOf(file: VoiceFile, format: AudioFormat = 'mp3'): Pick<AudioFileEvent, 'format' | 'mediaType' | 'sampleRate'> {
  return { format: isAudioFormat(file.format) ? file.format : format, mediaType: file.mediaType, sampleRate: file.sampleRate ?? 24_000 };
}

/** The agent's settings, and over them what its graph has decided. */
function requestOf({ agent, user, format, origin }: TurnTask, { text, reply, transcript }: TurnRecord): SpeakRequest {
  const { rateLimitPerMinute, sampleRate, ...defaults } = speechDefaults(agent);
  return {
    ...defaults,
    text: reply.text ?? text,
    // A turn counts once against the limit of its user: a recording that was heard was counted then.
    ...(transcript === null && rateLimitPerMinute !== undefined && { rateLimitPerMinute }),
    // The agent's rate is for the agent's format.
    ...(format === undefined ? sampleRate !== undefined && { sampleRate } : { format }),
    ...(user !== undefined && { user }),
    ...(origin !== undefined && { origin }),
    ...(reply.voice !== undefined && { voice: reply.voice }),
    ...(reply.style !== undefined && { instructions: reply.style }),
  };
}
