import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { InvalidRequestError, UnsupportedError, type CacheStore } from '@parlance/contracts';
import type { Activity, ChannelBot, IncomingMessage, OutgoingVoice, Sent } from '../channel.types.js';
import { codeOf } from '../code-of.js';
import { sendParts } from '../send-parts.js';
import { splitMessage } from '../split-message.js';
import { GraphError, isRefusal } from './graph-error.js';
import { MediaDownload } from './media-download.js';
import { MediaIds } from './media-ids.js';
import { answeredId, recipientOf } from './recipient.js';
import { SpokenWords } from './spoken-words.js';
import { checkVoice } from './voice-bytes.js';
import { WhatsAppClient, type WhatsAppAccount, type WhatsAppClientOptions } from './whatsapp-client.js';

export interface WhatsAppBotOptions extends WhatsAppClientOptions {
  /** Whether answers quote the message. Default true. */
  quote?: boolean;
  /** How often "typing" is shown again, in milliseconds. Default 20 000: it ends after 25 seconds. */
  typingMilliseconds?: number;
}

const TEXT_CHARACTERS = 4096;
/** Above it people see a download arrow in place of the play button. */
const PLAYABLE_BYTES = 512 * 1024;

/** One telephone number of WhatsApp. Nothing of a message is logged. */
export class WhatsAppBot implements ChannelBot {
  /** It takes no more from people than it hands over. */
  readonly largestMegabytes = Infinity;
  private readonly logger = new Logger('WhatsApp');
  private readonly client: WhatsAppClient;
  private readonly downloads: MediaDownload;
  private readonly mediaIds: MediaIds;
  private readonly words: SpokenWords;
  private readonly quote: boolean;
  private readonly typingMilliseconds: number;

  /** @param cache remembers what was uploaded already, for 29 days, and what was said, for an hour */
  constructor(account: WhatsAppAccount, cache: CacheStore, options: WhatsAppBotOptions = {}) {
    this.client = new WhatsAppClient(account, options);
    this.downloads = new MediaDownload(this.client);
    this.mediaIds = new MediaIds(cache, account.phone_number_id);
    this.words = new SpokenWords(cache, account.phone_number_id);
    this.quote = options.quote ?? true;
    this.typingMilliseconds = options.typingMilliseconds ?? 20_000;
  }

  /** As people write it: whether the id and the token are good. @throws ParlanceError */
  phoneNumber(signal: AbortSignal): Promise<string | undefined> {
    return this.client.phoneNumber(signal);
  }

  download(message: IncomingMessage, { maximumBytes }: { maximumBytes: number }, signal: AbortSignal) {
    return this.downloads.fetch(message, maximumBytes, signal);
  }

  /** Also marks the message as read. Whatever is done, people see "typing": there is nothing for recordings. */
  show(message: IncomingMessage, _activity: Activity, signal: AbortSignal): void {
    void this.keepShowing(answeredId(message), signal);
  }

  async sendText(message: IncomingMessage, text: string, signal: AbortSignal): Promise<Sent> {
    const pieces = splitMessage(text, TEXT_CHARACTERS);
    if (pieces.length === 0) throw new InvalidRequestError('There is no text to send.', 'text');
    const ids = await sendParts(pieces, (body, index) =>
      this.send(message, { type: 'text', text: { body, preview_url: false } }, index === 0 && this.quote, signal),
    );
    return { ids, as: 'text' };
  }

  /** The words are not sent along: voice messages have no caption, and an answer has one form. */
  async sendVoice(message: IncomingMessage, voice: OutgoingVoice, signal: AbortSignal): Promise<Sent> {
    checkVoice(voice.bytes);
    if (voice.bytes.length > PLAYABLE_BYTES) this.logger.debug('A voice message has more than 512 KB: people must download it first.');
    // Before it is sent: that it could not be delivered may be told at any time from then on.
    await this.words.remember(message, voice);
    const known = await this.mediaIds.find(voice.sha256);
    if (known !== undefined) {
      try {
        return await this.sendAudio(message, known, 'voice', signal);
      } catch (error) {
        if (!isRefused(error)) throw error;
        await this.mediaIds.forget(voice.sha256);
      }
    }
    return this.sendNew(message, voice, signal);
  }

  /**
   * Speech could not be delivered, as the platform tells afterwards. The recording is uploaded anew the next time.
   * @param messageId of the message that it answered
   * @returns what is to be answered with its words; `undefined`: nobody knows them any more
   */
  async unheard(messageId: string): Promise<IncomingMessage | undefined> {
    const said = await this.words.find(messageId);
    if (said !== undefined) await this.mediaIds.forget(said.sha256);
    return said?.message;
  }

  /** Ends all connections; calls under way fail. */
  async close(): Promise<void> {
    await this.client.close();
  }

  private async sendNew(message: IncomingMessage, { bytes, sha256 }: OutgoingVoice, signal: AbortSignal): Promise<Sent> {
    const mediaId = await this.upload(bytes, signal);
    try {
      const sent = await this.sendAudio(message, mediaId, 'voice', signal).catch((error: unknown) => {
        if (!isRefused(error)) throw error;
        return this.sendAudio(message, mediaId, 'audio', signal);
      });
      await this.mediaIds.remember(sha256, mediaId);
      return sent;
    } catch (error) {
      if (!isRefused(error)) throw error;
      throw voiceRefused('WhatsApp takes this recording neither as a voice message nor as a file. Answer in text.');
    }
  }

  /** However it fails, nothing has reached the person: the words still may, and are not kept waiting for another try. */
  private async upload(bytes: Uint8Array, signal: AbortSignal): Promise<string> {
    try {
      return await this.client.upload(bytes, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      this.logger.warn(`Speech could not be uploaded: ${codeOf(error)}`);
      throw voiceRefused('This recording could not be uploaded to WhatsApp. Answer in text.');
    }
  }

  private async sendAudio(message: IncomingMessage, id: string, as: 'voice' | 'audio', signal: AbortSignal): Promise<Sent> {
    const audio = as === 'voice' ? { id, voice: true } : { id };
    // What became of it is told with the id of the message that it answers.
    const content = { type: 'audio', audio, biz_opaque_callback_data: message.id };
    return { ids: [await this.send(message, content, this.quote, signal)], as };
  }

  /** An answer is worth more than its quotation: without it when the platform no longer knows the message. */
  private async send(message: IncomingMessage, content: object, quoting: boolean, signal: AbortSignal): Promise<string> {
    const body = { recipient_type: 'individual', ...recipientOf(message), ...content };
    if (!quoting) return this.client.send(body, signal);
    try {
      return await this.client.send({ ...body, context: { message_id: answeredId(message) } }, signal);
    } catch (error) {
      if (!(error instanceof GraphError && error.code === 'invalid' && error.about === 'context')) throw error;
      return this.client.send(body, signal);
    }
  }

  private async keepShowing(messageId: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.client.showTyping(messageId, signal).catch(() => undefined);
      await pause(this.typingMilliseconds, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

/**
 * Whether the platform has certainly not taken the recording, for whatever reason: something else may be taken still. Not
 * where nobody may write to the person, or with this token, just now: nothing else is taken either.
 */
function isRefused(error: unknown): boolean {
  return error instanceof GraphError && isRefusal(error.code);
}

function voiceRefused(message: string): UnsupportedError {
  return new UnsupportedError(message, undefined, { reason: 'voice_refused' });
}
