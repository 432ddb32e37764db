import { createHash } from 'node:crypto';
import { InvalidRequestError } from '@parlance/contracts';

/** Longest key, as S3 has it. */
const MAXIMUM_KEY_LENGTH = 1024;
/** Longest part of a key: file systems take 255, and a part may get a suffix. */
const MAXIMUM_PART_LENGTH = 200;
/** A list of what is allowed rather than of what is dangerous; such a key needs no escaping in a URL or a path. */
const PART = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

const SHA256 = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const VOICE_KEY = /^voice\/(?:speech|recording)\/[a-z0-9_-]+\/[a-z0-9_-]+\/(\d{4}\/\d{2}\/\d{2})\/([0-9a-f-]+)\.[a-z0-9]{1,8}$/;

/** Where a piece of audio is kept, named by its bytes where they are known. */
export type ObjectKeyParts = ObjectPlace & ({ sha256: string } | { upload: string });

interface ObjectPlace {
  kind: 'speech' | 'recording';
  /** Any text; absent: nobody's in particular. */
  tenant?: string;
  agent?: string;
  /** The day it is filed under, in UTC. */
  date: Date;
  /** Without the dot. */
  extension: string;
}

/**
 * `voice/{kind}/{tenant}/{agent}/{yyyy}/{mm}/{dd}/{name}.{extension}`: the name is the SHA-256 of the bytes (64
 * lower-case hexadecimal digits), or the UUID of an upload whose bytes are still to come. Different tenants and agents
 * never share a key, whatever their names are.
 * @throws InvalidRequestError
 */
export function buildObjectKey(parts: ObjectKeyParts): string {
  const { kind, tenant, agent, date, extension } = parts;
  const name = 'sha256' in parts ? parts.sha256 : parts.upload;
  if (!('sha256' in parts ? SHA256 : UUID).test(name)) {
    throw new InvalidRequestError('An object is named by the SHA-256 of its bytes, or by the UUID of its upload.', 'name');
  }
  if (!/^[a-z0-9]{1,8}$/.test(extension)) throw new InvalidRequestError('An extension has 1-8 letters and digits.', 'extension');
  return `${ownerPrefix(kind, tenant, agent)}${dayOf(date)}/${name}.${extension}`;
}

/** What lies in the store only for the cache. */
export const CACHE_PREFIX = 'cache/';

/**
 * `cache/speech/{tenant}/{agent}/{yyyy}/{mm}/{dd}/{sha256}`: as deep as the keys of stored audio, and none of them. No
 * caller is ever given a link to it.
 */
export function buildCacheKey({
  tenant,
  agent,
  date,
  sha256,
}: Pick<ObjectPlace, 'tenant' | 'agent' | 'date'> & { sha256: string }): string {
  return `${CACHE_PREFIX}speech/${toSegment(tenant)}/${toSegment(agent)}/${dayOf(date)}/${sha256}`;
}

/** What all keys of one owner begin with. */
export function ownerPrefix(kind: ObjectPlace['kind'], tenant: string | undefined, agent: string | undefined): string {
  return `voice/${kind}/${toSegment(tenant)}/${toSegment(agent)}/`;
}

/** Whether stored audio is that of a tenant, of whichever agent. */
export function isOwnedBy(key: string, tenant: string): boolean {
  return key.split('/')[2] === toSegment(tenant);
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10).replaceAll('-', '/');
}

/** Whether a key is one of those that {@link buildObjectKey} makes: nothing else in the store is a caller's business. */
export function isVoiceKey(key: string): boolean {
  const [, date = '', name = ''] = VOICE_KEY.exec(key) ?? [];
  return isObjectKey(key) && (SHA256.test(name) || UUID.test(name)) && !Number.isNaN(Date.parse(date.replaceAll('/', '-')));
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
