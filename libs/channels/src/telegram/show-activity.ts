import { setTimeout as sleep } from 'node:timers/promises';
import { ParlanceError } from '@parlance/contracts';
import type { Activity, IncomingMessage } from '../channel.types.js';
import { placeOf, telegramAddress } from './telegram-address.js';
import type { TelegramClient } from './telegram-client.js';

const ACTIONS = { typing: 'typing', recording: 'record_voice' } as const satisfies Record<Activity, string>;

/** Shows an activity until the signal fires: Telegram forgets it after five seconds. Never fails. */
export async function showActivity(
  client: TelegramClient,
  message: IncomingMessage,
  activity: Activity,
  everyMilliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const address = telegramAddress(message);
      const chat = client.chatNow(address.chatId);
      await client.ask((api, given) => api.sendChatAction(chat, ACTIONS[activity], placeOf(address), given), signal, 1);
    } catch (error) {
      // Where the bot is blocked, it need not try again every few seconds.
      if (!(error instanceof ParlanceError && error.retryable)) return;
    }
    await sleep(everyMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}
