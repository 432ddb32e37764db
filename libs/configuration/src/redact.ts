import { parseRedisUrl } from '@parlance/cache';

/** What stands in the place of a secret. */
export const HIDDEN = '***';

/** An address without who signs in, its query and its fragment; any other text as it is. */
export function withoutCredentials(text: string): string {
  if (!text.includes('://')) return text;
  // What cannot be taken apart may have a password anywhere.
  if (!URL.canParse(text)) return /[@?#]/.test(text) ? HIDDEN : text;
  const { username, password, search, hash } = new URL(text);
  if (`${username}${password}${search}${hash}` === '') return text;
  const url = new URL(text);
  url.username = username === '' && password === '' ? '' : HIDDEN;
  url.password = '';
  url.search = search === '' ? '' : HIDDEN;
  url.hash = '';
  return url.href;
}

/** Where a Redis is: put together from what is no secret, not taken out of what is. */
export function redisPlace(redisUrl: string): string {
  const { kind, tls, hosts, master, database } = parseRedisUrl(redisUrl);
  const scheme = `redis${tls ? 's' : ''}${kind === 'single' ? '' : `-${kind}`}`;
  const places = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  return [`${scheme}://${places.join(',')}`, master, database === 0 ? '' : String(database)].filter((part) => part !== '').join('/');
}
