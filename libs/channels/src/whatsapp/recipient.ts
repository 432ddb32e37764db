import { InvalidRequestError } from '@parlance/contracts';
import type { IncomingMessage } from '../channel.types.js';

/** `address` of a message from WhatsApp: a number or an id is there at least. */
export interface WhatsAppAddress extends Record<string, string> {
  /** The telephone number, in digits. */
  phone: string;
  /** What the platform calls the person towards this business (BSUID). */
  user: string;
  /** The message of the person, where this one only stands for it. */
  answered: string;
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

/** The message of the person that is answered, as the platform knows it. */
export function answeredId({ id, address }: Pick<IncomingMessage, 'id' | 'address'>): string {
  return (address as Partial<WhatsAppAddress>).answered ?? id;
}
