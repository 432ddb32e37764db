import { InvalidRequestError } from '@parlance/contracts';

/** Where Redis is and how it is run, as one URL says it. */
export interface RedisAddress {
  kind: 'single' | 'sentinel' | 'cluster';
  tls: boolean;
  /** One server; or sentinels; or any nodes of the cluster. */
  hosts: readonly { host: string; port: number }[];
  username?: string;
  password?: string;
  /** 0-15 in most installations; always 0 on a cluster. */
  database: number;
  /** The name the sentinels know the master by; '' unless there are sentinels. */
  master: string;
  /** Of the sentinels themselves, where they have one. */
  sentinelPassword?: string;
}

const URL_PARTS = /^(rediss?)(-sentinel|-cluster)?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;
const HOST = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i;
const FORMS =
  'redis://[user:password@]host:port[/database], redis-sentinel://host:port,host:port/master[/database] or redis-cluster://host:port,host:port; rediss for TLS';

/**
 * Reads `redis://`, `redis-sentinel://` and `redis-cluster://`, and the same with `rediss` for TLS.
 * @throws InvalidRequestError that says what is wrong and repeats no part of the URL: there may be a password in it
 */
export function parseRedisUrl(url: string): RedisAddress {
  const match = URL_PARTS.exec(url.trim());
  if (match === null) throw invalid(`It has the form ${FORMS}`);
  const [, scheme, suffix = '', credentials, hosts = '', path = '', query = ''] = match;
  const kind = suffix === '' ? 'single' : suffix === '-sentinel' ? 'sentinel' : 'cluster';
  const places = hosts.split(',').map((host) => parseHost(host, kind === 'sentinel' ? 26_379 : 6379));
  if (kind === 'single' && places.length > 1)
    throw invalid('redis:// names one server; redis-sentinel:// and redis-cluster:// name several');
  return {
    kind,
    tls: scheme === 'rediss',
    hosts: places,
    ...parseCredentials(credentials),
    ...parsePath(path, kind),
    ...parseQuery(query, kind),
  };
}

function parseHost(text: string, defaultPort: number): { host: string; port: number } {
  const [, version6, name, port] = HOST.exec(text.trim()) ?? [];
  const host = version6 ?? name;
  const number = port === undefined ? defaultPort : Number(port);
  if (host === undefined || number < 1 || number > 65_535) throw invalid('Each server is host or host:port, with a port of 1-65535');
  return { host, port: number };
}

function parseCredentials(text: string | undefined): { username?: string; password?: string } {
  if (text === undefined) return {};
  const at = text.indexOf(':');
  const [username, password] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  return { ...(username !== '' && { username: decode(username) }), ...(password !== '' && { password: decode(password) }) };
}

function parsePath(path: string, kind: RedisAddress['kind']): { master: string; database: number } {
  const parts = path.split('/').filter((part) => part !== '');
  const master = kind === 'sentinel' ? decode(parts.shift() ?? '') : '';
  if (kind === 'sentinel' && master === '')
    throw invalid("The name of the sentinels' master is missing: redis-sentinel://host:port/master");
  const [database = '0', ...more] = parts;
  if (more.length > 0 || !/^\d{1,5}$/.test(database)) throw invalid('The database after the / is a number');
  if (kind === 'cluster' && database !== '0') throw invalid('A cluster has no database but 0');
  return { master, database: Number(database) };
}

function parseQuery(query: string, kind: RedisAddress['kind']): { sentinelPassword?: string } {
  const { sentinelPassword, ...unknown } = Object.fromEntries(new URLSearchParams(query));
  if (Object.keys(unknown).length > 0 || (sentinelPassword !== undefined && kind !== 'sentinel')) {
    throw invalid('After the ? there is only sentinelPassword, for redis-sentinel://');
  }
  return sentinelPassword === undefined ? {} : { sentinelPassword };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('A % in a name or password is written %25');
  }
}

function invalid(problem: string): InvalidRequestError {
  return new InvalidRequestError(`The Redis URL cannot be used. ${problem}.`, 'redisUrl');
}
