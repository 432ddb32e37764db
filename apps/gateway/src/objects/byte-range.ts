import type { ByteRange } from '@parlance/contracts';

/** The bytes asked for: all of them, or those from `start` to `end` inclusive, or some that are not there. */
export type WantedBytes = { kind: 'all' } | { kind: 'part'; range: Required<ByteRange> } | { kind: 'none' };

/** Reads a `Range` header. Several ranges, and units other than bytes, are answered with the whole (RFC 9110, 14.2). */
export function wantedBytes(header: string | undefined, sizeBytes: number): WantedBytes {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(header?.replaceAll(' ', '') ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return { kind: 'all' };
  if (first === '') return part(Math.max(0, sizeBytes - Number(last)), sizeBytes - 1, sizeBytes);
  if (last !== '' && Number(last) < Number(first)) return { kind: 'all' };
  return part(Number(first), last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1), sizeBytes);
}

function part(start: number, end: number, sizeBytes: number): WantedBytes {
  return start < sizeBytes && start <= end ? { kind: 'part', range: { start, end } } : { kind: 'none' };
}
