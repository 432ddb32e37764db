import { parseRedisUrl } from '@parlance/cache';
import { ParlanceError } from '@parlance/contracts';
import { parseEndpoint, type StorageModuleOptions } from '@parlance/storage';
import type { Environment } from './environment.js';

export type S3Settings = NonNullable<StorageModuleOptions['s3']>;

/** What of the settings of Redis and S3 cannot be used, without any value of a secret. */
export function serverProblems(environment: Environment): string[] {
  return [...redisProblems(environment), ...s3Problems(environment)];
}

/** The settings of S3, for an environment without problems; `undefined` when none is wanted. */
export function s3Settings({
  S3_ENDPOINT: endpoint,
  S3_REGION: region,
  S3_BUCKET: bucket,
  S3_ACCESS_KEY: accessKey,
  S3_SECRET_KEY: secretKey,
}: Environment): S3Settings | undefined {
  if (endpoint === undefined || accessKey === undefined || secretKey === undefined) return undefined;
  return { endpoint, region, bucket, accessKey, secretKey };
}

function redisProblems({ REDIS_URL }: Environment): string[] {
  return REDIS_URL === undefined ? [] : problemsOf(() => parseRedisUrl(REDIS_URL), { redisUrl: 'REDIS_URL' });
}

function s3Problems(environment: Environment): string[] {
  const needed = (['S3_ENDPOINT', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const).map((name) => ({ name, value: environment[name] }));
  const missing = needed.filter(({ value }) => value === undefined).map(({ name }) => name);
  const { S3_ENDPOINT, S3_BUCKET } = environment;
  const lacking =
    missing.length === 0 || missing.length === needed.length
      ? []
      : missing.map((name) => `${name}: must be set too; S3 needs ${needed.map((one) => one.name).join(', ')}, or none of them`);
  const malformed =
    S3_ENDPOINT === undefined
      ? []
      : problemsOf(() => parseEndpoint(S3_ENDPOINT, S3_BUCKET), { endpoint: 'S3_ENDPOINT', bucket: 'S3_BUCKET' });
  return [...lacking, ...malformed];
}

/** @param names of the variables, by the parameter that the error names */
function problemsOf(read: () => unknown, names: Readonly<Record<string, string>>): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ParlanceError) return [`${names[error.param ?? ''] ?? ''}: ${error.message}`];
    throw error;
  }
}
