import { setTimeout as sleep } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import type { CapturedRequest } from '../captured-request.js';
import { badRequest, TelegramRefusal } from './telegram-answers.js';
import { TelegramFiles } from './telegram-files.js';
import type { TelegramPayload } from './telegram-payload.js';
import type { TelegramSent } from './telegram-sent.js';

export interface TelegramHook {
  url: string;
  secret?: string;
  maximumConnections: number;
  allowed: readonly string[];
}

/** One bot as Telegram keeps it. */
export class TelegramAccount {
  readonly sent: TelegramSent[] = [];
  readonly files: TelegramFiles;
  readonly user: { id: number; is_bot: true; first_name: string; username: string };
  /** Updates that are not confirmed, oldest first. */
  readonly queue: Update[] = [];
  hook: TelegramHook | undefined;
  lastFailure: { date: number; message: string } | undefined;
  private polls = 0;

  constructor(token: string, username: string) {
    const [id = ''] = token.split(':');
    this.user = { id: Number(id), is_bot: true, first_name: 'Parlance', username };
    this.files = new TelegramFiles(id);
  }

  setWebhook(payload: TelegramPayload): true {
    const known = 'url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token'.split(' ');
    payload.refuseUnknown('setWebhook', known);
    const url = payload.text('url') ?? '';
    if (url !== '' && !/^https:\/\/|^http:\/\/127\.0\.0\.1[:/]/.test(url)) {
      throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
    }
    const secret = payload.text('secret_token');
    if (secret !== undefined && !/^[\w-]{1,256}$/.test(secret)) throw badRequest('secret token contains unallowed characters');
    const connections = payload.whole('max_connections') ?? 40;
    if (connections < 1 || connections > 100) throw badRequest('invalid max_connections specified');
    const allowed = (payload.list('allowed_updates') ?? this.hook?.allowed ?? []).map(String);
    if (payload.flag('drop_pending_updates')) this.queue.length = 0;
    this.hook = url === '' ? undefined : { url, maximumConnections: connections, allowed, ...(secret !== undefined && { secret }) };
    return true;
  }

  deleteWebhook(payload: TelegramPayload): true {
    payload.refuseUnknown('deleteWebhook', ['drop_pending_updates']);
    if (payload.flag('drop_pending_updates')) this.queue.length = 0;
    this.hook = undefined;
    return true;
  }

  webhookInfo() {
    const { hook, lastFailure } = this;
    return {
      url: hook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: this.queue.length,
      ...(lastFailure !== undefined && { last_error_date: lastFailure.date, last_error_message: lastFailure.message }),
      ...(hook !== undefined && { max_connections: hook.maximumConnections, allowed_updates: hook.allowed }),
    };
  }

  /** Waits for updates as long as it is told to, unless another question comes. */
  async getUpdates(payload: TelegramPayload, request: CapturedRequest): Promise<Update[]> {
    payload.refuseUnknown('getUpdates', ['offset', 'limit', 'timeout', 'allowed_updates']);
    if (this.hook !== undefined) {
      const conflict = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
      throw new TelegramRefusal(409, `Conflict: ${conflict}`);
    }
    const [offset = 0, limit = 100, timeout = 0] = [payload.whole('offset'), payload.whole('limit'), payload.whole('timeout')];
    const allowed = (payload.list('allowed_updates') ?? []).map(String);
    this.confirm(offset);
    const own = ++this.polls;
    const deadline = Date.now() + timeout * 1000;
    for (;;) {
      if (own !== this.polls) {
        const conflict = 'terminated by other getUpdates request; make sure that only one bot instance is running';
        throw new TelegramRefusal(409, `Conflict: ${conflict}`);
      }
      const updates = this.queue.filter((update) => isAllowed(update, allowed)).slice(0, limit);
      if (updates.length > 0 || Date.now() >= deadline || request.aborted) return updates;
      await sleep(10);
    }
  }

  private confirm(offset: number): void {
    const first = offset < 0 ? this.queue.length + offset : this.queue.findIndex((update) => update.update_id >= offset);
    this.queue.splice(0, first < 0 && offset > 0 ? this.queue.length : Math.max(0, first));
  }
}

/** Whether the bot wants to hear of it; an empty list stands for what is usual. */
export function isAllowed(update: Update, allowed: readonly string[]): boolean {
  return allowed.length === 0 || allowed.some((kind) => kind in update);
}
