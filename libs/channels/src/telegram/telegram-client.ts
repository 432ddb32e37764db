import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError, ParlanceError, throwIfAborted } from '@parlance/contracts';
import { Api } from 'grammy';
import type { Message } from 'grammy/types';
import { movedTo, telegramFailure, wasNeverSent } from './telegram-failure.js';

export interface TelegramClientOptions {
  /** As BotFather gave it. */
  token: string;
  /** Of a Bot API server of one's own. Default: Telegram's. */
  baseUrl?: string;
  /** How long one call may take. Default 60. */
  timeoutSeconds?: number;
  /** How long is waited in all when Telegram asks for it; longer, and the call fails with `rate`. Default 60. */
  maximumWaitSeconds?: number;
}

type GrammySignal = NonNullable<Parameters<Api['getMe']>[0]>;

/** Who the bot is, as Telegram says. */
export interface TelegramSelf {
  id: number;
  /** Without the `@`. */
  username: string;
}

const TELEGRAM = 'https://api.telegram.org';
const FIRST_PAUSE_MILLISECONDS = 500;

/** Calls the Bot API for one bot, with patience where it does no harm. Its errors are ParlanceErrors without the token. */
export class TelegramClient {
  /** The number of the bot, as it stands in its token. */
  readonly botId: string;
  /** Whether the limits of Telegram's own server do not hold. */
  readonly isOwnServer: boolean;
  readonly timeoutMilliseconds: number;
  private readonly api: Api;
  private readonly root: string;
  private readonly maximumWaitSeconds: number;
  /** Groups that have become supergroups since the start. */
  private readonly moved = new Map<number, number>();
  private known: TelegramSelf | undefined;

  constructor(private readonly options: TelegramClientOptions) {
    const { token, baseUrl = TELEGRAM, timeoutSeconds = 60, maximumWaitSeconds = 60 } = options;
    this.root = baseUrl.replace(/\/+$/, '');
    [this.botId = ''] = token.split(':');
    this.isOwnServer = new URL(this.root).host !== new URL(TELEGRAM).host;
    this.timeoutMilliseconds = timeoutSeconds * 1000;
    this.maximumWaitSeconds = maximumWaitSeconds;
    // Nobody else is to be handed the token, which is in the path.
    this.api = new Api(token, { apiRoot: this.root, timeoutSeconds, baseFetchConfig: { redirect: 'error' } });
  }

  /** Asked once. @throws ParlanceError */
  async self(signal: AbortSignal): Promise<TelegramSelf> {
    if (this.known === undefined) {
      const { id, username } = await this.ask((api, given) => api.getMe(given), signal);
      this.known = { id, username };
    }
    return this.known;
  }

  /** Where a file can be read. It holds the token: never logged, never given to others. */
  fileUrl(path: string): string {
    return `${this.root}/file/bot${this.options.token}/${path.split('/').map(encodeURIComponent).join('/')}`;
  }

  /** A word that only who has the token can make, the same in every process: 64 hexadecimal digits. */
  secretFor(purpose: string): string {
    return createHmac('sha256', this.options.token).update(purpose).digest('hex');
  }

  /**
   * A call that may be made twice without harm: what fails for a moment is tried again.
   * @throws ParlanceError
   */
  ask<Result>(call: (api: Api, signal: GrammySignal) => Promise<Result>, signal: AbortSignal, attempts = 3): Promise<Result> {
    const made = () => call(this.api, signal as GrammySignal);
    return this.repeat(made, signal, attempts, false);
  }

  /**
   * A call that sends something into a chat, and is not made twice unless nothing can have come of the first.
   * @throws ParlanceError; `timeout` or `server` with the reason `delivery_unknown` when it may have arrived
   */
  deliver<Result extends Pick<Message, 'chat' | 'message_id'>>(
    chat: number,
    call: (api: Api, chat: number, signal: GrammySignal) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    const made = async () => {
      try {
        return named(await call(this.api, this.chatNow(chat), signal as GrammySignal));
      } catch (error) {
        const supergroup = movedTo(error);
        if (supergroup === undefined) throw error;
        this.moved.set(chat, supergroup);
        return named(await call(this.api, supergroup, signal as GrammySignal));
      }
    };
    return this.repeat(made, signal, 3, true);
  }

  /** The same chat, by the name it has now. */
  chatNow(chat: number): number {
    return this.moved.get(chat) ?? chat;
  }

  private async repeat<Result>(made: () => Promise<Result>, signal: AbortSignal, attempts: number, sends: boolean): Promise<Result> {
    let waited = 0;
    for (let attempt = 1; ;) {
      throwIfAborted(signal);
      try {
        return await made();
      } catch (error) {
        const failure = telegramFailure(error, signal, sends);
        if (failure.code === 'rate') {
          const seconds = failure.retryAfterSeconds ?? 1;
          waited += seconds;
          if (waited > this.maximumWaitSeconds) throw failure;
          // Not a moment too early, whatever the clocks: whoever does not wait is made to wait longer.
          await pause(seconds * 1000 + 100, signal);
        } else {
          if (attempt >= attempts || !(sends ? wasNeverSent(failure) : isPassing(failure))) throw failure;
          await pause(FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2), signal);
          attempt += 1;
        }
      }
    }
  }
}

/** A success that names no message may have sent one all the same: it is no failure after which it is sent again. */
function named<Result extends Pick<Message, 'chat' | 'message_id'>>(sent: Result): Result {
  const { chat, message_id: id } = sent as Partial<Pick<Message, 'chat' | 'message_id'>>;
  if (chat == null || id === undefined) throw new TypeError('Telegram names no message.');
  return sent;
}

function isPassing({ retryable, reason }: ParlanceError): boolean {
  return retryable && reason !== 'certificate';
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    throw new AbortedError(error);
  });
}
