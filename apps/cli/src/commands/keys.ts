import { createHash, randomBytes } from 'node:crypto';
import { hasExpired, parseKeys } from '@parlance/configuration';
import { InvalidRequestError } from '@parlance/contracts';
import { stringify } from 'yaml';

/** What `parlance keys new` was told. */
export interface NewKeyOptions {
  name: string;
  /** A comma list. */
  scopes: string;
  tenant?: string;
  requestsPerMinute?: number;
  /** A day or a time, ISO 8601. */
  expires?: string;
}

const KEY_BYTES = 32;

/**
 * `parlance keys new`: a fresh random key, which is told this once, and what belongs into the keys file for it.
 * @throws InvalidRequestError with everything that is wrong
 */
export function newKey(
  { name, scopes, ...others }: NewKeyOptions,
  write: (text: string) => unknown = (text) => process.stdout.write(text),
) {
  const key = `parlance_${randomBytes(KEY_BYTES).toString('base64url')}`;
  const hash = `sha256:${createHash('sha256').update(key).digest('hex')}`;
  const entry = stringify([{ name, hash, scopes: scopes.split(',').map((scope) => scope.trim()), ...others }], { lineWidth: 0 });
  const { keys, problems } = parseKeys(entry);
  // A gateway takes such an entry, and nobody with the key.
  if (keys.some(hasExpired)) problems.push('expires is over: give a time that is still to come');
  if (problems.length > 0) {
    const told = problems.map((problem) => problem.replace(/^\[0\][.: ]*/, ''));
    throw new InvalidRequestError(`Such a key cannot be made: ${told.join('; ')}.`);
  }
  write(
    `# The key. It is shown this once: give it to whoever will use it.\n${key}\n\n# For parlance.keys.yaml, which is read again by itself:\n${entry}`,
  );
}
