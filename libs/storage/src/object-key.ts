import { createHash } from 'node:crypto';
import { InvalidRequestError } from '@parlance/contracts';

/** Longest key, as S3 has it. */
const MAXIMUM_KEY_LENGTH = 1024;
/** Longest part of a key: file systems take 255, and a part may get a suffix. */
const MAXIMUM_PART_LENGTH = 200;
/** A list of what is allowed rather than of what is dangerous; such a key needs no escaping in a URL or a path. */
const PART = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** Where a piece of audio is kept. */
export interface ObjectKeyParts {
  kind: 'speech' | 'recording';
  /** Any text; absent: nobody's in particular. */
  tenant?: string;
  agent?: string;
  /** The day it is filed under, in UTC. */
  date: Date;
  /** Of the bytes: 64 lower-case hexadecimal digits. */
  sha256: string;
  /** Without the dot. */
  extension: string;
}

/**
 * `voice/{kind}/{tenant}/{agent}/{yyyy}/{mm}/{dd}/{sha256}.{extension}`. Different tenants and agents never share
 * a key, whatever their names are.
 * @throws InvalidRequestError
 */
export function buildObjectKey({ kind, tenant, agent, date, sha256, extension }: ObjectKeyParts): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new InvalidRequestError('An object is named by the SHA-256 of its bytes.', 'sha256');
  if (!/^[a-z0-9]{1,8}$/.test(extension)) throw new InvalidRequestError('An extension has 1-8 letters and digits.', 'extension');
  const day = date.toISOString().slice(0, 10).replaceAll('-', '/');
  return `voice/${kind}/${toSegment(tenant)}/${toSegment(agent)}/${day}/${sha256}.${extension}`;
}

/**
 * A safe part of a key for any name, different for different names: lower-case letters, digits and `-` stay, every
 * other byte becomes `_` and its two hexadecimal digits, which also keeps `A` and `a` apart where the file system
 * does not. `_` alone is no name at all; `_h` begins the hash of a name that would be too long.
 */
function toSegment(name: string | undefined): string {
  if (name === undefined || name === '') return '_';
  const escaped = [...Buffer.from(name, 'utf8')].map(escapeByte).join('');
  return escaped.length <= MAXIMUM_PART_LENGTH ? escaped : `_h${createHash('sha256').update(name).digest('hex')}`;
}

function escapeByte(byte: number): string {
  const character = String.fromCodePoint(byte);
  return /[a-z0-9-]/.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
}

export function isObjectKey(key: string): boolean {
  return key.length <= MAXIMUM_KEY_LENGTH && key.split('/').every((part) => part.length <= MAXIMUM_PART_LENGTH && PART.test(part));
}

/** @throws InvalidRequestError when the key could mean anything but one object inside the store */
export function checkObjectKey(key: string): void {
  if (isObjectKey(key)) return;
  throw new InvalidRequestError(
    `A key has up to ${MAXIMUM_KEY_LENGTH} characters: parts of letters, digits, '.', '_' and '-' that do not begin with '.', joined by '/'.`,
    'key',
  );
}
