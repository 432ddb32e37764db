import { isRecord } from '@parlance/agent-runner';
import { SCOPES, type Scope } from '@parlance/contracts';
import { hashOfKey, type AccessKey } from './access-key.js';
import { ConfigurationError } from './configuration-error.js';
import { parseYaml, readYamlFile } from './read-yaml.js';

const FIELDS: readonly string[] = ['name', 'hash', 'scopes', 'tenant', 'requestsPerMinute', 'expires'] satisfies (keyof AccessKey)[];
const DAY_OR_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Reads a file of API keys.
 *
 *     - name: website
 *       hash: sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
 *       scopes: [speech, files]
 *       tenant: acme
 *       requestsPerMinute: 60
 *       expires: 2027-01-01
 *
 * @throws ConfigurationError with every problem, and no value
 */
export function readKeysFile(file: string): AccessKey[] {
  const { value, located } = readYamlFile(file);
  const { keys, problems } = keysOf(value);
  if (problems.length > 0) throw new ConfigurationError(problems.map(located));
  return keys;
}

/** The keys of a file's text, and what is wrong with it: no value stands in the problems. */
export function parseKeys(text: string): { keys: AccessKey[]; problems: string[] } {
  const read = parseYaml(text);
  return 'problem' in read ? { keys: [], problems: [read.problem] } : keysOf(read.value);
}

function keysOf(entries: unknown = []): { keys: AccessKey[]; problems: string[] } {
  if (!Array.isArray(entries)) return { keys: [], problems: ['must be a list of keys, each with name, hash and scopes'] };
  const problems: string[] = [];
  const keys = entries.flatMap((entry, index) => keyOf(entry, `[${index}]`, problems));
  for (const field of ['name', 'hash'] as const) {
    const twice = keys.findIndex((key, index) => keys.findIndex((other) => other[field] === key[field]) !== index);
    if (twice !== -1) problems.push(`[${twice}].${field} stands there twice`);
  }
  return { keys, problems };
}

function keyOf(entry: unknown, where: string, problems: string[]): AccessKey[] {
  if (!isRecord(entry)) {
    problems.push(`${where} must be a map with ${FIELDS.join(', ')}`);
    return [];
  }
  const found = problemsOf(entry).map((problem) => `${where}${problem}`);
  problems.push(...found);
  if (found.length > 0) return [];
  const { name, hash, scopes, tenant, requestsPerMinute, expires } = entry as unknown as Omit<AccessKey, 'expires'> & { expires?: string };
  return [
    {
      name,
      hash: hashOfKey(hash),
      scopes,
      ...(tenant !== undefined && { tenant }),
      ...(requestsPerMinute !== undefined && { requestsPerMinute }),
      ...(expires !== undefined && { expires: Date.parse(expires) }),
    },
  ];
}

function problemsOf({ name, hash, scopes, tenant, requestsPerMinute, expires, ...unknown }: Record<string, unknown>): string[] {
  const checks: readonly (readonly [good: boolean, problem: string])[] = [
    [Object.keys(unknown).length === 0, ` may have ${FIELDS.join(', ')} and nothing else`],
    [matches(name, /^[\w.-]{1,64}$/), '.name must be 1-64 letters, digits, ., _ and -'],
    [matches(hash, /^sha256:[0-9a-f]{64}$/i), '.hash must be sha256: and the 64 hexadecimal digits of the SHA-256 of the key'],
    [isScopes(scopes), `.scopes must be a list of one or more of ${SCOPES.join(', ')}`],
    [tenant === undefined || matches(tenant, /^.{1,128}$/su), '.tenant must be a name of 1-128 characters'],
    [!(tenant !== undefined && isScopes(scopes) && scopes.includes('admin')), ': a key of a tenant cannot have the scope admin'],
    [requestsPerMinute === undefined || isCount(requestsPerMinute), '.requestsPerMinute must be a whole number from 1 to 1000000'],
    [expires === undefined || isTime(expires), '.expires must be a day such as 2027-01-01, or a time such as 2027-01-01T12:00:00Z'],
  ];
  return checks.filter(([good]) => !good).map(([, problem]) => problem);
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isScopes(value: unknown): value is Scope[] {
  return Array.isArray(value) && value.length > 0 && value.every((scope) => (SCOPES as readonly unknown[]).includes(scope));
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1_000_000;
}

function isTime(value: unknown): boolean {
  if (typeof value !== 'string' || !DAY_OR_TIME.test(value) || Number.isNaN(Date.parse(value))) return false;
  // The 30th of February would be rolled over to March, and the key be good for longer.
  const day = value.slice(0, 10);
  return new Date(day).toISOString().startsWith(day);
}
