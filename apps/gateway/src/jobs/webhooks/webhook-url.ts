import { isIP } from 'node:net';
import { InvalidRequestError } from '@parlance/contracts';
import { isPublicAddress } from '@parlance/storage';

/**
 * An address that webhooks may be sent to, as far as it can be told by looking at it: where its name leads is looked
 * at when it is connected to.
 * @param allowPrivate also plain HTTP and private addresses
 * @throws InvalidRequestError
 */
export function checkWebhookUrl(text: string, allowPrivate: boolean): URL {
  if (!URL.canParse(text)) throw refused('is no address: send one like https://example.com/hooks/voice');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) throw refused('must begin with https://');
  if (url.username !== '' || url.password !== '') throw refused('must have no user and password in it: the signature tells who sends');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw refused('must not lead to a private address');
  return url;
}

function refused(why: string): InvalidRequestError {
  return new InvalidRequestError(`'webhook.url' ${why}.`, 'webhook.url', { reason: 'invalid_webhook_url' });
}
