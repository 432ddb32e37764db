import { CEPH_PROGRAMS, CephServer, isInstalled, RedisServer } from '@parlance/testing';

/** What several gateways share. */
export interface SharedServers {
  environment: Readonly<Record<string, string>>;
  close: () => Promise<void>;
}

/** Redis, and S3 where Ceph is installed; without it the gateways have one directory. */
export async function startSharedServers(): Promise<SharedServers> {
  const [redis, s3] = await Promise.all([RedisServer.start(), CEPH_PROGRAMS.every(isInstalled) ? CephServer.start() : undefined]);
  const access = s3 && { S3_ENDPOINT: s3.endpoint, S3_ACCESS_KEY: s3.accessKey, S3_SECRET_KEY: s3.secretKey };
  return {
    environment: { REDIS_URL: redis.url, ...access },
    close: async () => {
      await Promise.all([redis.stop(), s3?.stop()]);
    },
  };
}
