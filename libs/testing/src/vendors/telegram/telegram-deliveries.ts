import type { Update } from 'grammy/types';
import { isAllowed, type TelegramAccount } from './telegram-account.js';

/** What became of one call of a webhook: the status, or why there was none. */
export type TelegramDelivery = number | 'timeout' | 'refused';

export interface TelegramDeliveryOptions {
  /** How often the same update is delivered, though it was acknowledged. Default 1. */
  times?: number;
  /** All of them at the same time. */
  atOnce?: boolean;
  /** How often it is tried until it is acknowledged. Default 3. */
  attempts?: number;
  /** How long an acknowledgement is waited for. Default 5000. */
  timeoutMilliseconds?: number;
}

/** Calls the webhook of a bot as Telegram does: again, until a 2xx comes in time. @returns what became of each call */
export async function deliver(
  account: TelegramAccount,
  update: Update,
  options: TelegramDeliveryOptions = {},
): Promise<TelegramDelivery[]> {
  const { times = 1, atOnce = false } = options;
  const once = () => untilAcknowledged(account, update, options);
  if (atOnce) return (await Promise.all(Array.from({ length: times }, once))).flat();
  const made: TelegramDelivery[] = [];
  for (let time = 0; time < times; time++) made.push(...(await once()));
  return made;
}

async function untilAcknowledged(account: TelegramAccount, update: Update, options: TelegramDeliveryOptions): Promise<TelegramDelivery[]> {
  const { attempts = 3, timeoutMilliseconds = 5000 } = options;
  const { hook } = account;
  if (hook === undefined) throw new Error('The bot has no webhook.');
  if (!isAllowed(update, hook.allowed)) return [];
  const made: TelegramDelivery[] = [];
  while (made.length < attempts) {
    const outcome = await call(hook.url, hook.secret, update, timeoutMilliseconds);
    made.push(outcome);
    if (typeof outcome === 'number' && outcome >= 200 && outcome < 300) return made;
    account.lastFailure = { date: Math.floor(Date.now() / 1000), message: failureText(outcome) };
  }
  account.queue.push(update);
  return made;
}

async function call(url: string, secret: string | undefined, update: Update, timeoutMilliseconds: number): Promise<TelegramDelivery> {
  const headers = { 'content-type': 'application/json', ...(secret !== undefined && { 'X-Telegram-Bot-Api-Secret-Token': secret }) };
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  try {
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(update), signal });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return signal.aborted ? 'timeout' : 'refused';
  }
}

function failureText(outcome: TelegramDelivery): string {
  if (outcome === 'timeout') return 'Read timeout expired';
  return outcome === 'refused' ? 'Connection refused' : `Wrong response from the webhook: ${outcome}`;
}
