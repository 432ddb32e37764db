const GRAPH = 'graph.facebook.com';
const MEDIA_DOMAIN = 'fbsbx.com';

/**
 * Whether the access token may go to this address: to the server that the agent is configured with, and to the
 * platform's own over https. The address comes from a message, and the token is worth more than a recording.
 * @param baseUrl of the Graph API, as configured
 */
export function mayCarryToken(address: string, baseUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, origin, hostname, port, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  if (origin === new URL(baseUrl).origin) return true;
  if (protocol !== 'https:' || port !== '') return false;
  return hostname === GRAPH || hostname === MEDIA_DOMAIN || hostname.endsWith(`.${MEDIA_DOMAIN}`);
}
