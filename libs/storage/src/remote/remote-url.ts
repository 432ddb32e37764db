import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.js';
import { notPublic, refused } from './remote-error.js';

/** What links may look like beside `https://` and a public host. */
export interface UrlRules {
  /** Takes `http:` too. */
  allowHttp: boolean;
  /** Hosts that may be asked wherever they are, as `host` (any port) or `host:port`, in lower case. */
  allowedHosts: ReadonlySet<string>;
}

/** Longer than the longest signed links. */
const MAXIMUM_LENGTH = 8192;
/** Nothing that parsers disagree about: spaces, control characters, backslashes. */
const CHARACTERS = /^[^\s\p{C}\\]+$/u;
const AUTHORITY = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)/i;

/**
 * A link of a caller's, or where one redirects to, as far as it can be judged without asking a resolver.
 * @param base what a redirect is relative to
 * @throws ParlanceError `invalid`, with the param `url`
 */
export function checkUrl(text: string, rules: UrlRules, base?: URL): URL {
  if (text.length > MAXIMUM_LENGTH || !CHARACTERS.test(text) || !URL.canParse(text, base?.href)) {
    throw refused(`A link looks like https://example.com/recording.ogg and has at most ${MAXIMUM_LENGTH} characters.`);
  }
  const url = new URL(text, base);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && rules.allowHttp)) {
    throw refused(`A link begins with https://${rules.allowHttp ? ' or http://' : ''}.`);
  }
  checkAuthority(AUTHORITY.exec(text)?.[1], url);
  if (isAllowedHost(url, rules)) return url;
  if (url.port !== '') throw refused('A link has no port of its own. Leave it out.');
  const address = addressOf(url);
  if (address !== undefined && !isPublicAddress(address)) throw notPublic();
  return url;
}

export function isAllowedHost({ hostname, port, protocol }: URL, { allowedHosts }: UrlRules): boolean {
  const effective = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return allowedHosts.has(hostname) || allowedHosts.has(`${hostname}:${effective}`);
}

/** @param written as it stands in the link; `undefined` where that is relative */
function checkAuthority(written: string | undefined, url: URL): void {
  if (written === undefined) return;
  if (written.includes('@')) throw refused('A link has no user and no password in it. Give one that needs none.');
  const host = written.replace(/:\d*$/, '').toLowerCase();
  // 2130706433, 0x7f.1 and 0177.0.0.1 are all 127.0.0.1; whoever writes an address like that has something to hide.
  if (addressOf(url) !== undefined && host !== url.hostname) throw refused('An address in a link is written in its usual form.');
}

/** Of a link without a name. */
function addressOf({ hostname }: URL): string | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(address) === 0 ? undefined : address;
}
