import { createHash } from 'node:crypto';
import type { Client } from 'minio';
import type { RetentionRule } from '../retention/retention.js';
import { codeOf } from './s3-error.js';

type LifecycleConfig = NonNullable<Parameters<Client['setBucketLifecycle']>[1]>;

/** As a server gives it: others may have written anything in it, and the client makes numbers of texts. */
interface LifecycleRule {
  ID?: unknown;
  Status?: unknown;
  Filter?: { Prefix?: unknown };
  Expiration?: { Days?: unknown };
}

/** How the rules that are made here are told from those of others. */
const OURS = 'parlance-';

/** Has the server delete what is older than the rules allow. Rules that others have set for the bucket stay. */
export async function setExpiry(client: Client, bucket: string, rules: readonly RetentionRule[]): Promise<void> {
  const there = await rulesOf(client, bucket);
  const wanted = rules.map(({ prefix, days }) => toLifecycleRule(prefix, days));
  const isOurs = ({ ID }: LifecycleRule) => String(ID).startsWith(OURS);
  if (fingerprint(there.filter(isOurs)) === fingerprint(wanted)) return;
  const all = [...there.filter((rule) => !isOurs(rule)), ...wanted];
  await client.setBucketLifecycle(bucket, all.length === 0 ? null : ({ Rule: all } as LifecycleConfig));
}

async function rulesOf(client: Client, bucket: string): Promise<LifecycleRule[]> {
  try {
    const { Rule: rules } = ((await client.getBucketLifecycle(bucket)) ?? {}) as { Rule?: LifecycleRule | LifecycleRule[] };
    // The client gives a list of one as what is in it.
    return rules === undefined ? [] : Array.isArray(rules) ? rules : [rules];
  } catch (error) {
    if (codeOf(error) === 'NoSuchLifecycleConfiguration') return [];
    throw error;
  }
}

function toLifecycleRule(prefix: string, days: number): LifecycleRule {
  // Identifiers are shorter than prefixes can be.
  const id = `${OURS}${createHash('sha256').update(prefix).digest('hex').slice(0, 32)}`;
  return { ID: id, Status: 'Enabled', Filter: { Prefix: prefix }, Expiration: { Days: days } };
}

/** The server gives rules back in any order, and with more in them. */
function fingerprint(rules: readonly LifecycleRule[]): string {
  const lines = rules.map(({ ID, Status, Filter, Expiration }) => [ID, Status, Filter?.Prefix, Expiration?.Days].map(String).join(' '));
  return lines.toSorted().join('\n');
}
