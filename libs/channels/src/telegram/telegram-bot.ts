import { InvalidRequestError, ParlanceError, TooLargeError, UnsupportedError } from '@parlance/contracts';
import { InputFile } from 'grammy';
import type { Message } from 'grammy/types';
import type { Activity, ChannelBot, IncomingMessage, OutgoingVoice, Sent } from '../channel.types.js';
import { downloadFile, PUBLIC_DOWNLOAD_MEGABYTES } from './download-file.js';
import type { FileIds } from './file-ids.js';
import { showActivity } from './show-activity.js';
import { sendParts } from '../send-parts.js';
import { splitMessage } from '../split-message.js';
import { placeOf, quoteOf, telegramAddress, type TelegramAddress } from './telegram-address.js';
import type { TelegramClient } from './telegram-client.js';

export interface TelegramBotOptions {
  /** Whether answers quote what they answer. */
  quote: boolean;
  /** How often an activity is shown anew. Default 4500. */
  activityMilliseconds?: number;
}

/** UTF-16 units; Telegram counts characters, which are never more. */
const LONGEST_TEXT = 4096;
const LONGEST_CAPTION = 1024;
const PUBLIC_UPLOAD_BYTES = 50 * 1024 * 1024;
const OWN_UPLOAD_BYTES = 2000 * 1024 * 1024;

/** One bot of Telegram's, answering. */
export class TelegramBot implements ChannelBot {
  constructor(
    private readonly client: TelegramClient,
    private readonly fileIds: FileIds,
    private readonly options: TelegramBotOptions,
  ) {}

  get largestMegabytes(): number {
    return this.client.isOwnServer ? Infinity : PUBLIC_DOWNLOAD_MEGABYTES;
  }

  async download(
    { content }: IncomingMessage,
    { maximumBytes }: { maximumBytes: number },
    signal: AbortSignal,
  ): Promise<{ bytes: Uint8Array; filename: string }> {
    if (content.type !== 'voice') throw new InvalidRequestError('There is no recording in this message.');
    const { bytes, name } = await downloadFile(this.client, content.media, maximumBytes, signal);
    // Telegram's own ending of voice messages is known to few.
    return { bytes, filename: content.media.filename ?? name.replace(/\.oga$/i, '.ogg') };
  }

  show(message: IncomingMessage, activity: Activity, signal: AbortSignal): void {
    void showActivity(this.client, message, activity, this.options.activityMilliseconds ?? 4500, signal);
  }

  /** Only the first of several messages quotes. */
  async sendText(message: IncomingMessage, text: string, signal: AbortSignal): Promise<Sent> {
    const address = telegramAddress(message);
    const parts = splitMessage(text, LONGEST_TEXT);
    if (parts.length === 0) throw new InvalidRequestError('There is no text to be sent.');
    const ids = await sendParts(parts, async (part, index) => {
      const other = index === 0 ? this.placeAndQuote(address) : placeOf(address);
      return idOf(await this.client.deliver(address.chatId, (api, chat, given) => api.sendMessage(chat, part, other, given), signal));
    });
    return { ids, as: 'text' };
  }

  /** Its text is the caption where it is short enough, and is not sent otherwise. */
  async sendVoice(message: IncomingMessage, voice: OutgoingVoice, signal: AbortSignal): Promise<Sent> {
    const limit = this.client.isOwnServer ? OWN_UPLOAD_BYTES : PUBLIC_UPLOAD_BYTES;
    if (voice.bytes.byteLength > limit) throw new TooLargeError('Telegram does not take recordings as long as this one: send text.');
    const address = telegramAddress(message);
    try {
      return (await this.sendKnown(address, voice, signal)) ?? (await this.sendNew(address, voice, signal));
    } catch (error) {
      if (!isRefused(error)) throw error;
      return this.sendAudio(address, voice, signal);
    }
  }

  /** By the name Telegram gave it when it was sent before. @returns `undefined` when it has none, or one that holds no more */
  private async sendKnown(address: TelegramAddress, voice: OutgoingVoice, signal: AbortSignal): Promise<Sent | undefined> {
    const { botId } = this.client;
    const fileId = await this.fileIds.find(botId, voice.sha256);
    if (fileId === undefined) return undefined;
    try {
      return await this.sendAs(address, voice, fileId, signal);
    } catch (error) {
      if (!(error instanceof ParlanceError && (error.code === 'not_found' || error.code === 'invalid'))) throw error;
      await this.fileIds.forget(botId, voice.sha256);
      return undefined;
    }
  }

  private sendNew(address: TelegramAddress, voice: OutgoingVoice, signal: AbortSignal): Promise<Sent> {
    return this.sendAs(address, voice, new InputFile(voice.bytes, 'voice.ogg'), signal);
  }

  private async sendAs(address: TelegramAddress, voice: OutgoingVoice, file: InputFile | string, signal: AbortSignal): Promise<Sent> {
    const other = { ...this.placeAndQuote(address), ...describe(voice) };
    const sent: Partial<Message> & Pick<Message, 'chat' | 'message_id'> = await this.client.deliver(
      address.chatId,
      (api, chat, given) => api.sendVoice(chat, file, other, given),
      signal,
    );
    const fileId = sent.voice?.file_id;
    if (fileId === undefined) return { ids: [idOf(sent)], as: 'audio' };
    await this.fileIds.remember(this.client.botId, voice.sha256, fileId);
    return { ids: [idOf(sent)], as: 'voice' };
  }

  /** As a file, which is taken by people who take no voice messages. */
  private async sendAudio(address: TelegramAddress, voice: OutgoingVoice, signal: AbortSignal): Promise<Sent> {
    const other = { ...this.placeAndQuote(address), ...describe(voice) };
    const file = new InputFile(voice.bytes, 'answer.ogg');
    try {
      const sent = await this.client.deliver(address.chatId, (api, chat, given) => api.sendAudio(chat, file, other, given), signal);
      return { ids: [idOf(sent)], as: 'audio' };
    } catch (error) {
      if (!isRefused(error)) throw error;
      const details = { provider: 'telegram', reason: 'voice_refused' };
      throw new UnsupportedError('Neither voice messages nor recordings are taken in this chat: send text.', undefined, details);
    }
  }

  private placeAndQuote(address: TelegramAddress) {
    return { ...placeOf(address), ...(this.options.quote && quoteOf(address)) };
  }
}

/** Whether Telegram has certainly not taken the recording, for whatever reason: something else may be taken still. */
function isRefused(error: unknown): boolean {
  return error instanceof ParlanceError && ['unsupported', 'invalid', 'not_found'].includes(error.code);
}

/** What is said of a recording beside its bytes. */
function describe({ text, durationSeconds }: OutgoingVoice) {
  const caption = text.trim();
  return {
    ...(caption !== '' && caption.length <= LONGEST_CAPTION && { caption }),
    ...(durationSeconds !== undefined && { duration: Math.max(1, Math.round(durationSeconds)) }),
  };
}

/** As the ids of incoming messages are made. */
function idOf({ chat, message_id: id }: Pick<Message, 'chat' | 'message_id'>): string {
  return `${chat.id}:${id}`;
}
