import type { StoredObject } from '@parlance/contracts';
import type { Retention } from '@parlance/storage';

/** How long a link is good where nobody says. */
export const DEFAULT_LINK_SECONDS = 3600;

/** How long a link to an object may be good: as long as is asked for, but no longer than the object is kept. */
export function linkSeconds(object: Pick<StoredObject, 'key' | 'createdAt'>, asked: number, retention: Retention | undefined): number {
  const left = ((retention?.endOf(object) ?? Number.POSITIVE_INFINITY) - Date.now()) / 1000;
  return Math.min(asked, Math.max(1, Math.floor(left)));
}
