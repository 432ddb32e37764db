import { AbortedError, certificateAdvice, ParlanceError, type ErrorCode } from '@parlance/contracts';
import { GrammyError, HttpError } from 'grammy';

interface Refusal {
  code: ErrorCode;
  /** For machines. */
  reason?: string;
  message: string;
}

const RECIPIENT_UNAVAILABLE: Refusal = {
  code: 'permission',
  reason: 'recipient_unavailable',
  message: 'Telegram lets the bot no longer write to this chat: it was blocked or removed there, or may not write there.',
};

/** What Telegram's descriptions of a refused request are known to say. They may hold anything, and are never repeated. */
const DESCRIPTIONS: readonly (readonly [RegExp, Refusal])[] = [
  [
    /VOICE_MESSAGES_FORBIDDEN|SEND_VOICES_FORBIDDEN|rights to send voice/i,
    { code: 'unsupported', reason: 'voice_forbidden', message: 'Voice messages are not taken in this chat: send a file or text.' },
  ],
  [
    /SEND_(?:AUDIOS|MEDIA|DOCS)_FORBIDDEN|rights to send (?:music|audio|document|media)/i,
    { code: 'unsupported', reason: 'audio_forbidden', message: 'Recordings are not taken in this chat: send text.' },
  ],
  [
    /chat not found|PEER_ID_INVALID|USER_IS_BLOCKED|CHAT_WRITE_FORBIDDEN|SEND_PLAIN_FORBIDDEN|rights to send|administrator rights/i,
    RECIPIENT_UNAVAILABLE,
  ],
  [/TOPIC_(?:CLOSED|DELETED)|message thread not found|chat was deactivated|business connection|BUSINESS_/i, RECIPIENT_UNAVAILABLE],
  [
    /bad webhook/i,
    {
      code: 'invalid',
      reason: 'webhook_refused',
      message: 'Telegram calls public https addresses on port 443, 80, 88 or 8443 only: use such a one.',
    },
  ],
  [/file is too big/i, { code: 'too_large', message: 'Telegram hands over recordings of at most 20 MB: send a shorter one.' }],
  [
    /wrong file|invalid file|file identifier|FILE_(?:ID|REFERENCE)_|temporarily unavailable/i,
    { code: 'not_found', reason: 'file_unknown', message: 'Telegram does not have this recording any more: send it again.' },
  ],
];

const STATUSES: Readonly<Record<number, Refusal>> = {
  401: { code: 'auth', message: "Telegram does not know the bot's token: check it, or have BotFather make another." },
  403: RECIPIENT_UNAVAILABLE,
  // Telegram answers so to what does not even look like a token.
  404: { code: 'auth', message: "Telegram does not know the bot's token or the server has no Bot API: check the token and base_url." },
  413: { code: 'too_large', message: 'The recording is larger than Telegram takes.' },
};

const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/**
 * What an error of grammY stands for. Neither the token, which is in every address, nor what Telegram says, nor what was
 * sent is in it: there is no `cause`, since the causes hold all three.
 * @param sends whether the call sends something to a person: whatever is not known to have failed may have arrived, which
 *   the reason `delivery_unknown` says
 */
export function telegramFailure(error: unknown, signal: AbortSignal, sends: boolean): ParlanceError {
  if (error instanceof ParlanceError) return error;
  if (signal.aborted) return sends ? failure(ABANDONED) : new AbortedError(signal.reason);
  if (error instanceof GrammyError) return refused(error, sends);
  return broken(error instanceof HttpError ? codeOf(error.error) : undefined, sends);
}

/** Whether nothing has left this machine, so that nothing can arrive twice. */
export function wasNeverSent({ reason }: ParlanceError): boolean {
  return reason === 'unreachable';
}

/** The supergroup that a group has become. */
export function movedTo(error: unknown): number | undefined {
  return error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined;
}

function refused({ error_code: status, description, parameters }: GrammyError, sends: boolean): ParlanceError {
  if (status === 429)
    return failure({ code: 'rate', message: 'Telegram is asked too often: try again later.' }, secondsOf(parameters.retry_after));
  if (status === 409) return failure(conflict(description));
  if (status >= 500) return failure({ code: 'server', message: 'Telegram failed. Try again.', ...(sends && unknownDelivery) });
  const known = status === 400 ? DESCRIPTIONS.find(([pattern]) => pattern.test(description))?.[1] : STATUSES[status];
  return failure(known ?? { code: 'invalid', message: `Telegram refused the request (${status}).` });
}

/** At least one, whatever is said: who waits for nothing asks without a pause, and for ever. */
function secondsOf(retryAfter: unknown): number {
  return Math.max(1, Number(retryAfter) || 1);
}

const unknownDelivery = { reason: 'delivery_unknown' };
const ABANDONED: Refusal = {
  code: 'aborted',
  message: 'It is not known whether Telegram has taken the message: nobody waited for the answer.',
  ...unknownDelivery,
};

function conflict(description: string): Refusal {
  const reason = /webhook/i.test(description) ? 'webhook_set' : 'polled_elsewhere';
  const message =
    reason === 'webhook_set'
      ? 'Telegram calls a webhook for this bot, which cannot be polled at the same time: stop the other service, or set the mode webhook.'
      : 'Another process polls for the same bot: stop it, or give it a token of its own.';
  return { code: 'unavailable', reason, message };
}

function broken(code: string | undefined, sends: boolean): ParlanceError {
  const advice = code === undefined ? undefined : certificateAdvice(code);
  if (advice !== undefined)
    return failure({ code: 'server', reason: 'certificate', message: `Telegram cannot be called safely. ${advice}` });
  if (code !== undefined && NEVER_SENT.includes(code)) {
    return failure({ code: 'timeout', reason: 'unreachable', message: 'Telegram cannot be reached. Check the network and base_url.' });
  }
  const message = sends
    ? 'It is not known whether Telegram has taken the message: there was no answer.'
    : 'Telegram did not answer. Try again.';
  return failure({ code: 'timeout', message, ...(sends && unknownDelivery) });
}

function failure({ code, reason, message }: Refusal, retryAfterSeconds?: number): ParlanceError {
  return new ParlanceError(code, message, {
    provider: 'telegram',
    ...(reason !== undefined && { reason }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
