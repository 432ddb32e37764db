import { createHash } from 'node:crypto';
import { SCOPES, type Scope } from '@parlance/contracts';

/** A key that clients may present; the key itself is not kept. */
export interface AccessKey {
  /** For people: letters, digits, `.`, `_` and `-`. */
  name: string;
  /** SHA-256 of the key: 64 lower-case hexadecimal digits. */
  hash: string;
  scopes: readonly Scope[];
  /** The only tenant it may be used for; absent: any. */
  tenant?: string;
  /** Requests that cost something, instead of what the server allows to each. */
  requestsPerMinute?: number;
  /** Unix time in milliseconds from which on it is refused. */
  expires?: number;
}

export function hasExpired({ expires }: Pick<AccessKey, 'expires'>): boolean {
  return expires !== undefined && expires <= Date.now();
}

/** @param written a plain key, or `sha256:` and the hash of one in hexadecimal */
export function hashOfKey(written: string): string {
  const [, given] = /^sha256:([0-9a-f]{64})$/i.exec(written) ?? [];
  return given?.toLowerCase() ?? createHash('sha256').update(written).digest('hex');
}

/** The keys of the environment, those of administrators first: the first that fits counts. */
export function environmentKeys(plain: readonly string[], administrators: readonly string[]): AccessKey[] {
  const withoutAdmin = SCOPES.filter((scope) => scope !== 'admin');
  return [
    ...administrators.map((key, index) => ({ name: `PARLANCE_ADMIN_KEYS-${index + 1}`, hash: hashOfKey(key), scopes: SCOPES })),
    ...plain.map((key, index) => ({ name: `PARLANCE_API_KEYS-${index + 1}`, hash: hashOfKey(key), scopes: withoutAdmin })),
  ];
}
