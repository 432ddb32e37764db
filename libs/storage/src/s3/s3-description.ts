import type { IncomingHttpHeaders } from 'node:http';
import type { PutOptions, StoredObject } from '@parlance/contracts';
import { contentDisposition } from '../content-disposition.js';
import { notOfAStore } from './s3-error.js';

const META = 'x-amz-meta-';
/** What headers do not keep: spaces at the ends and several in a row, nothing at all, and the sign used to write these. */
const UNSAFE = /%|^ +| +$| {2,}|^$/g;
const EMPTY = '%00';

/** Content type and metadata of a checked object as headers. */
export function toHeaders({ contentType, metadata = {} }: PutOptions): Record<string, string> {
  const entries = Object.entries(metadata).map(([name, value]) => [META + name, escape(value)]);
  return {
    'Content-Type': contentType,
    'Content-Disposition': contentDisposition(metadata),
    ...(Object.fromEntries(entries) as Record<string, string>),
  };
}

/**
 * An object as the headers of GET or HEAD describe it.
 * @throws ParlanceError `unavailable` when they describe none: a page, or an error with a good status
 */
export function fromHeaders(key: string, headers: IncomingHttpHeaders): StoredObject {
  const createdAt = new Date(headers['last-modified'] ?? Number.NaN);
  if (Number.isNaN(createdAt.getTime())) throw notOfAStore();
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(META))
    .map(([name, value]) => [name.slice(META.length), unescape(String(value))]);
  return {
    key,
    sizeBytes: sizeOf(headers),
    contentType: headers['content-type'] ?? 'application/octet-stream',
    createdAt,
    metadata: Object.fromEntries(metadata) as Record<string, string>,
  };
}

/** Of the whole object, also where the answer is a part of it: `bytes 0-9/1234`. */
function sizeOf(headers: IncomingHttpHeaders): number {
  const whole = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  return Number(whole ?? headers['content-length'] ?? 0);
}

function escape(value: string): string {
  return value.replaceAll(UNSAFE, (part) => (part === '' ? EMPTY : part.replaceAll('%', '%25').replaceAll(' ', '%20')));
}

/** Others may have stored what is no escape: it stays as it is. */
function unescape(value: string): string {
  return value === EMPTY ? '' : value.replaceAll(/%(20|25)/g, (_whole, code) => (code === '20' ? ' ' : '%'));
}
