import type { Update } from 'grammy/types';
import type { CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { TelegramAccount } from './telegram-account.js';
import { granted, replyToRefusal, telegramError, TelegramRefusal } from './telegram-answers.js';
import { TelegramChats } from './telegram-chats.js';
import { deliver, type TelegramDelivery, type TelegramDeliveryOptions } from './telegram-deliveries.js';
import { TelegramPayload } from './telegram-payload.js';
import { TelegramPosts } from './telegram-posts.js';
import { send } from './telegram-send.js';

export const TELEGRAM_TOKEN = '123456789:AAF0123456789abcdefghijklmnopqrstuv';
/** Of another bot, that knows nothing of the first one's files. */
export const OTHER_TELEGRAM_TOKEN = '987654321:AAG0123456789abcdefghijklmnopqrstuv';

/**
 * The Bot API for two bots, as strict as the original about tokens, chats, lengths and files, and stricter about fields. What
 * people write is made by `posts`; it reaches the bot by `enqueue` (it polls) or `deliver` (its webhook is called). Faults are
 * for all calls but those that show an activity.
 */
export class TelegramStandIn extends StandIn {
  readonly chats = new TelegramChats();
  private accounts = newAccounts();
  private made: TelegramPosts;

  constructor() {
    super((request) => this.answerTo(request), { spares: ({ path }) => path.endsWith('/sendChatAction') });
    this.made = new TelegramPosts(this.chats, this.account().files);
  }

  /** Forgets chats, files, messages and webhooks, too. */
  override reset(): void {
    super.reset();
    this.chats.clear();
    this.accounts = newAccounts();
    this.made = new TelegramPosts(this.chats, this.account().files);
  }

  /** What Telegram keeps of a bot: what it has sent, its files, its webhook. */
  account(token = TELEGRAM_TOKEN): TelegramAccount {
    const account = this.accounts.get(token);
    if (account === undefined) throw new Error('The stand-in has no such bot.');
    return account;
  }

  get posts(): TelegramPosts {
    return this.made;
  }

  /** For a bot that polls. */
  enqueue(...updates: Update[]): void {
    this.account().queue.push(...updates);
  }

  /** For a bot with a webhook. @returns what became of each call */
  deliver(update: Update, options?: TelegramDeliveryOptions): Promise<TelegramDelivery[]> {
    return deliver(this.account(), update, options);
  }

  /** The calls of one method. */
  callsOf(method: string): CapturedRequest[] {
    return this.requests.filter(({ path }) => path.endsWith(`/${method}`));
  }

  private async answerTo(request: CapturedRequest): Promise<StandInReply> {
    const path = decodeURIComponent(request.path);
    const [, isFile, token = '', rest = ''] = /^(\/file)?\/bot([^/]*)\/(.+)$/.exec(path) ?? [];
    try {
      const account = this.accountOf(token);
      if (isFile === undefined) return granted(await this.call(rest, request, account));
      const bytes = request.method === 'GET' ? account.files.read(rest) : undefined;
      if (bytes === undefined) throw new TelegramRefusal(404, 'Not Found');
      return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: bytes };
    } catch (error) {
      return replyToRefusal(error);
    }
  }

  private accountOf(token: string): TelegramAccount {
    if (!/^\d+:[\w-]{35}$/.test(token)) throw new TelegramRefusal(404, 'Not Found');
    const account = this.accounts.get(token);
    if (account === undefined) throw new TelegramRefusal(401, 'Unauthorized');
    return account;
  }

  private async call(method: string, request: CapturedRequest, account: TelegramAccount): Promise<unknown> {
    if (!['GET', 'POST'].includes(request.method)) throw new TelegramRefusal(404, 'Not Found');
    const payload = TelegramPayload.of(request);
    switch (method) {
      case 'getMe':
        return { ...account.user, can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false };
      case 'getFile':
        return account.files.link(payload.text('file_id'));
      case 'setWebhook':
        return account.setWebhook(payload);
      case 'deleteWebhook':
        return account.deleteWebhook(payload);
      case 'getWebhookInfo':
        return account.webhookInfo();
      case 'getUpdates':
        return account.getUpdates(payload, request);
      default: {
        const sent = send(method, payload, this.chats, account);
        if (sent === undefined) throw new TelegramRefusal(404, 'Not Found');
        return sent;
      }
    }
  }
}

export async function startTelegramStandIn(): Promise<TelegramStandIn> {
  const standIn = new TelegramStandIn();
  await standIn.start();
  return standIn;
}

/** As a fault: what Telegram says when it fails. */
export function telegramFault(status: number, description: string) {
  return { kind: 'reply' as const, ...(telegramError(status, description) as { status: number; body: string }) };
}

function newAccounts(): Map<string, TelegramAccount> {
  return new Map([
    [TELEGRAM_TOKEN, new TelegramAccount(TELEGRAM_TOKEN, 'parlance_bot')],
    [OTHER_TELEGRAM_TOKEN, new TelegramAccount(OTHER_TELEGRAM_TOKEN, 'other_bot')],
  ]);
}
