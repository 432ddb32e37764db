import { createHmac } from 'node:crypto';

/** The headers of Standard Webhooks. */
export interface WebhookHeaders {
  'webhook-id': string;
  /** Seconds since 1970. */
  'webhook-timestamp': string;
  /** `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64. */
  'webhook-signature': string;
}

/** @param secret `whsec_` and the key in base64 */
export function signWebhook(secret: string, id: string, sentAt: Date, body: string): WebhookHeaders {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
