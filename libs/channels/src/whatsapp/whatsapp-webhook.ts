import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidRequestError } from '@parlance/contracts';
import type { WhatsAppSettings } from '../settings/channel-settings.js';

/** Whether calls of the webhook come from the platform. */
export class WhatsAppWebhook {
  constructor(private readonly secrets: Pick<WhatsAppSettings, 'app_secret' | 'verify_token'>) {}

  /**
   * The platform asks so when the webhook is registered.
   * @param query as it came: anything may be in it
   * @returns what to answer with 200, as plain text; `undefined`: 403
   * @throws InvalidRequestError for who knows the word and asks for nothing that can be answered
   */
  verify(query: Readonly<Record<string, unknown>>): string | undefined {
    const [mode, token, challenge] = ['hub.mode', 'hub.verify_token', 'hub.challenge'].map((name) => query[name]);
    if (typeof token !== 'string' || !timingSafeEqual(hashOf(token), hashOf(this.secrets.verify_token))) return undefined;
    if (mode !== 'subscribe') throw new InvalidRequestError("Send 'hub.mode' as 'subscribe', as Meta does.", 'hub.mode');
    if (typeof challenge === 'string' && /^[\w.-]{1,512}$/.test(challenge)) return challenge;
    throw new InvalidRequestError(
      "Send 'hub.challenge' once, with 1-512 letters, digits, '_', '.' and '-': it is what is answered.",
      'hub.challenge',
    );
  }

  /**
   * @param rawBody the bytes as they came, before anybody reads them
   * @param header `X-Hub-Signature-256`
   */
  isSigned(rawBody: Uint8Array, header: unknown): boolean {
    const given = typeof header === 'string' ? /^sha256=([\da-f]{64})$/i.exec(header)?.[1] : undefined;
    if (given === undefined) return false;
    const expected = createHmac('sha256', this.secrets.app_secret).update(rawBody).digest();
    return timingSafeEqual(Buffer.from(given, 'hex'), expected);
  }
}

/** Of the same length, whatever the word is. */
function hashOf(word: string): Buffer {
  return createHash('sha256').update(word).digest();
}
