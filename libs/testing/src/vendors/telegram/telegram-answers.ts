import type { StandInReply } from '../fault.js';

/** A refusal in Telegram's words. */
export class TelegramRefusal extends Error {
  constructor(
    readonly status: number,
    readonly description: string,
    readonly parameters?: { retry_after?: number; migrate_to_chat_id?: number },
  ) {
    super(description);
  }
}

export function badRequest(text: string): TelegramRefusal {
  return new TelegramRefusal(400, `Bad Request: ${text}`);
}

export function granted(result: unknown): StandInReply {
  return json(200, { ok: true, result });
}

/** Telegram's error body. */
export function telegramError(
  status: number,
  description: string,
  parameters?: { retry_after?: number; migrate_to_chat_id?: number },
): StandInReply {
  return json(status, { ok: false, error_code: status, description, ...(parameters !== undefined && { parameters }) });
}

/** The reply to a refusal; other errors are thrown on. */
export function replyToRefusal(error: unknown): StandInReply {
  if (error instanceof TelegramRefusal) return telegramError(error.status, error.description, error.parameters);
  throw error;
}

function json(status: number, body: object): StandInReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
