import { InvalidRequestError } from '@parlance/contracts';
import type { IncomingMessage } from '../channel.types.js';

/** `address` of a message from WhatsApp: at least one of them is there. */
export interface WhatsAppAddress extends Record<string, string> {
  /** The telephone number, in digits. */
  phone: string;
  /** What the platform calls the person towards this business (BSUID). */
  user: string;
}

/**
 * Whom to send to, as the platform wants it: a telephone number in `to`, else the person's id in `recipient`.
 * @throws InvalidRequestError
 */
export function recipientOf({ address }: Pick<IncomingMessage, 'address'>): { to: string } | { recipient: string } {
  const { phone, user } = address as Partial<WhatsAppAddress>;
  if (typeof phone === 'string') return { to: phone };
  if (typeof user === 'string') return { recipient: user };
  throw new InvalidRequestError('The message says neither a telephone number nor an id to answer to.', 'address');
}
