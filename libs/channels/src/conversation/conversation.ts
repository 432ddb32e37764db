import { createHash } from 'node:crypto';
import { AgentRunner, Agents, type Agent, type AudioFileEvent, type Turn } from '@parlance/agent-runner';
import { AbortedError, ParlanceError, TooLongError } from '@parlance/contracts';
import { VoiceFiles } from '@parlance/voice';
import { Injectable, Logger } from '@nestjs/common';
import { phrase } from '../catalogue/catalogue.js';
import type { PhraseName } from '../catalogue/phrases.js';
import type { ChannelBot, IncomingMessage, Media } from '../channel.types.js';
import { codeOf } from '../code-of.js';
import { channelSettingsOf } from '../settings/channel-settings-of.js';
import type { MessageAnswer } from './message-answer.js';
import { phraseOfError } from './phrase-of-error.js';

/** What is sent for a message once only, however often it is worked on. */
export type Part = 'transcript' | 'answer';

/** Sees to it that nothing is sent twice. */
export interface Claims {
  /** `false`: it was, or may have been, sent before. */
  claim(part: Part): Promise<boolean>;
  /** It was certainly not sent. */
  giveBack(part: Part): Promise<void>;
}

/** Turns of one conversation begin in the order of its messages, though a recording takes longer to fetch than a text. */
export interface Order {
  /** Resolves when those before have begun, or will not. */
  before: Promise<void>;
  /** This one has begun. */
  begun(): void;
}

/** One message, and everything there is to answer it with. */
interface Exchange {
  message: IncomingMessage;
  agent: Agent;
  bot: ChannelBot;
  claims: Claims;
  /** Of the process. */
  signal: AbortSignal;
  order: Order;
}

type SentAnswer = Exclude<MessageAnswer, { type: 'nothing' }>;

const ALONE: Order = { before: Promise.resolve(), begun: () => undefined };
const MEBIBYTE = 1024 * 1024;
/** Nobody expects an answer to these: they are about other messages, or about the chat. */
const QUIET: readonly string[] = ['reaction', 'system', 'edit', 'revoke', 'pin', 'keep_in_chat', 'poll_update', 'request_welcome'];
/** Nobody reads it any more, or nobody may write to them: to try again helps nobody. */
const IN_VAIN: readonly string[] = ['recipient_unavailable', 'window_closed', 'delivery_unknown', 'partly_delivered'];

/** One message in, one answer out: a voice message or a text, never both. */
@Injectable()
export class Conversation {
  private readonly logger = new Logger('Channels');

  constructor(
    private readonly runner: AgentRunner,
    private readonly agents: Agents,
    private readonly files: VoiceFiles,
  ) {}

  /**
   * @param signal of the process: a message that is not answered when it fires is answered by another
   * @param order where other messages of the conversation are answered at the same time
   * @throws AbortedError; ParlanceError where a later try may succeed; whatever `claims` throw
   */
  async answer(message: IncomingMessage, bot: ChannelBot, claims: Claims, signal: AbortSignal, order = ALONE): Promise<void> {
    const agent = this.agents.get(message.agent);
    const exchange: Exchange = { message, agent, bot, claims, signal, order };
    const done = new AbortController();
    bot.show(message, isSpoken(message, agent) ? 'recording' : 'typing', AbortSignal.any([signal, done.signal]));
    try {
      const answer = await this.answerTo(exchange);
      if (answer.type !== 'nothing') await this.sendOnce(answer, exchange);
    } finally {
      done.abort();
    }
  }

  private async answerTo(exchange: Exchange): Promise<MessageAnswer> {
    const { message, bot, signal } = exchange;
    const { content } = message;
    if (content.type === 'other') return QUIET.includes(content.kind) ? { type: 'nothing' } : { type: 'phrase', name: 'unsupported' };
    if (content.type === 'words') return { type: 'text', text: content.text };
    if (content.type === 'text') return this.turn({ text: content.text }, exchange);
    const refused = refusalOf(content.media, exchange);
    if (refused !== undefined) return refused;
    let recording: { bytes: Uint8Array; filename: string };
    try {
      recording = await bot.download(message, { maximumBytes: Math.floor(megabytesOf(exchange) * MEBIBYTE) }, signal);
    } catch (error) {
      return this.notFetched(error, exchange);
    }
    return this.turn({ audio: recording.bytes, filename: recording.filename }, exchange);
  }

  private async turn(said: Pick<Turn, 'text' | 'audio' | 'filename'>, exchange: Exchange): Promise<MessageAnswer> {
    const { message, agent, signal, order } = exchange;
    const { channel, chat, id, person } = message;
    const turn: Turn = { agent: agent.id, ...said, thread: `${channel} ${chat}`, id, user: `${channel} ${person.id}`, format: 'opus' };
    let text = '';
    let audio: AudioFileEvent | undefined;
    await order.before;
    // By then it has its place in the thread.
    setImmediate(() => order.begun());
    try {
      for await (const event of this.runner.run(turn, signal)) {
        if (event.type === 'transcript') await this.showTranscript(event.text, exchange);
        else if (event.type === 'text') text = event.text;
        else if (event.type === 'audio' && 'file' in event) audio = event;
        else if (event.type === 'error') return this.failed(event, exchange);
      }
    } catch (error) {
      // A message that cannot be taken at all.
      return this.failed({ error, text: null }, exchange);
    }
    const bytes = audio === undefined ? undefined : await this.bytesOf(audio, text, exchange);
    if (bytes === undefined) return text.trim() === '' ? { type: 'nothing' } : { type: 'text', text };
    const seconds = audio?.file?.durationSeconds;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { type: 'voice', voice: { bytes, sha256, text, ...(seconds !== undefined && { durationSeconds: seconds }) } };
  }

  private failed({ error, text }: { error: unknown; text: string | null }, exchange: Exchange): MessageAnswer {
    const { agent, signal } = exchange;
    if (signal.aborted) throw new AbortedError(signal.reason);
    if (error instanceof ParlanceError && (error.reason === 'superseded' || error.reason === 'turn_cancelled')) return { type: 'nothing' };
    this.logger.warn(`${agent.id}: ${codeOf(error)}`);
    // There is an answer, which could only not be spoken.
    if (text !== null && text.trim() !== '') return { type: 'text', text };
    // It has few bytes: to be told of megabytes would help nobody.
    if (error instanceof TooLongError) return { type: 'phrase', name: 'too_long', value: error.maximumSeconds };
    return phraseFor(phraseOfError(error), exchange);
  }

  private notFetched(error: unknown, exchange: Exchange): MessageAnswer {
    const { agent, signal } = exchange;
    if (signal.aborted) throw new AbortedError(signal.reason);
    this.logger.warn(`${agent.id}: a recording could not be fetched: ${codeOf(error)}`);
    const code = error instanceof ParlanceError ? error.code : undefined;
    if (code === 'too_large') return phraseFor('too_large', exchange);
    return { type: 'phrase', name: code === 'not_found' ? 'no_file' : 'download_failed' };
  }

  private async showTranscript(text: string, { message, agent, bot, claims, signal }: Exchange): Promise<void> {
    if (!channelSettingsOf(agent).show_transcript || text.trim() === '') return;
    try {
      if (!(await claims.claim('transcript'))) return;
      await bot.sendText(message, words(message, agent, { name: 'heard', value: text }), signal);
    } catch (error) {
      // It is only shown: the answer matters.
      this.logger.warn(`${agent.id}: a transcript could not be shown: ${codeOf(error)}`);
    }
  }

  private async sendOnce(answer: SentAnswer, exchange: Exchange): Promise<void> {
    const { agent, claims } = exchange;
    if (!(await claims.claim('answer'))) {
      this.logger.warn(`${agent.id}: a process ended while it sent an answer. It is not sent again, since it may have arrived.`);
      return;
    }
    try {
      await this.send(answer, exchange);
    } catch (error) {
      if (error instanceof ParlanceError && error.reason !== undefined && IN_VAIN.includes(error.reason)) {
        this.logger.warn(`${agent.id}: an answer could not be delivered: ${codeOf(error)}`);
        return;
      }
      await claims.giveBack('answer');
      throw error;
    }
  }

  private async send(answer: SentAnswer, { message, agent, bot, signal }: Exchange): Promise<void> {
    if (answer.type === 'phrase') return void (await bot.sendText(message, words(message, agent, answer), signal));
    if (answer.type === 'text') return void (await bot.sendText(message, answer.text, signal));
    try {
      await bot.sendVoice(message, answer.voice, signal);
    } catch (error) {
      if (!isNotTaken(error) || answer.voice.text.trim() === '') throw error;
      await bot.sendText(message, answer.voice.text, signal);
    }
  }

  /** `undefined`: it cannot be had, and the text goes out in its place. @throws ParlanceError where there is no text */
  private async bytesOf({ bytes, file }: AudioFileEvent, text: string, { agent, signal }: Exchange): Promise<Uint8Array | undefined> {
    if (bytes !== null) return bytes;
    if (file === null) return undefined;
    try {
      return (await this.files.read(file.id, signal)).bytes;
    } catch (error) {
      if (signal.aborted || text.trim() === '') throw error;
      this.logger.warn(`${agent.id}: speech could not be fetched: ${codeOf(error)}`);
      return undefined;
    }
  }
}

/** Speech that is sent neither as a voice message nor as a file: its words still can be. */
function isNotTaken(error: unknown): boolean {
  if (!(error instanceof ParlanceError)) return false;
  return error.reason === 'voice_refused' || error.reason === 'voice_format' || error.code === 'too_large';
}

/** What of a recording is known to be too much before it is fetched. */
function refusalOf({ sizeBytes, durationSeconds }: Media, exchange: Exchange): MessageAnswer | undefined {
  const { agent } = exchange;
  if (!agent.voice.enabled) return { type: 'phrase', name: 'voice_off' };
  const { max_voice_seconds: seconds } = channelSettingsOf(agent);
  if (durationSeconds !== undefined && durationSeconds > seconds) return { type: 'phrase', name: 'too_long', value: seconds };
  return sizeBytes !== undefined && sizeBytes > megabytesOf(exchange) * MEBIBYTE ? phraseFor('too_large', exchange) : undefined;
}

function phraseFor(name: PhraseName, exchange: Exchange): MessageAnswer {
  return { type: 'phrase', name, ...(name === 'too_large' && { value: megabytesOf(exchange) }) };
}

function words({ person }: IncomingMessage, agent: Agent, { name, value }: { name: PhraseName; value?: string | number }): string {
  const own = agent.voice.providers.map(({ tts_config }) => tts_config?.language);
  return phrase(name, [person.language, ...own], channelSettingsOf(agent).messages, value);
}

function isSpoken({ content }: IncomingMessage, { voice }: Agent): boolean {
  return content.type === 'voice' && voice.enabled;
}

/** The largest recording that is taken: by the agent, and by the platform. */
function megabytesOf({ agent, bot }: Exchange): number {
  return Math.min(agent.voice.max_file_size_mb, bot.largestMegabytes);
}
