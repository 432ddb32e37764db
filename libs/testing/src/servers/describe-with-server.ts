import { describeWithProgram } from '../programs.js';
import { CephServer, type S3Access } from './ceph-server.js';
import { RedisServer } from './redis-server.js';

/** What a Redis server of the tests is made with. */
export const REDIS_PROGRAMS: readonly string[] = ['redis-server'];
/**
 * For connections to a Redis server that is never away, or only gone: what keeps an answer for long is then the test
 * process, which a busy machine may let wait for seconds, and not the server. A test in which the server falls silent
 * waits until that is noticed: it has the usual times, or {@link STEADY_REDIS_ENVIRONMENT}.
 */
export const PATIENT_REDIS = { commandMilliseconds: 60_000 } as const;
/** The same for a gateway. */
export const PATIENT_REDIS_ENVIRONMENT = { PARLANCE_REDIS_MILLISECONDS: String(PATIENT_REDIS.commandMilliseconds) } as const;
/** For gateways whose Redis falls silent in one test of several: longer than a busy machine keeps an answer, and noticed soon. */
export const STEADY_REDIS_ENVIRONMENT = { PARLANCE_REDIS_MILLISECONDS: '4000' } as const;
/** What an S3 server of the tests is made with. */
export const CEPH_PROGRAMS: readonly string[] = ['ceph', 'ceph-authtool', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'];

/**
 * Tests that need a Redis server and leave it as it is: the one `PARLANCE_TEST_REDIS_URL` names, or one of their own.
 * @param body is given a function that says the URL, to be called when a test runs
 */
export function describeWithRedis(body: (url: () => string) => void): void {
  const given = process.env['PARLANCE_TEST_REDIS_URL'] ?? '';
  if (given !== '') {
    describe('with the Redis server given', () => body(() => given));
    return;
  }
  describeWithProgram(REDIS_PROGRAMS, () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server.stop());
    body(() => server.url);
  });
}

/** The same with an S3 server: `PARLANCE_TEST_S3_ENDPOINT`, `_ACCESS_KEY` and `_SECRET_KEY`, or one of their own. */
export function describeWithS3(body: (access: () => S3Access) => void): void {
  const [endpoint = '', accessKey = '', secretKey = ''] = ['ENDPOINT', 'ACCESS_KEY', 'SECRET_KEY'].map(
    (name) => process.env[`PARLANCE_TEST_S3_${name}`],
  );
  if (endpoint !== '') {
    describe('with the S3 server given', () => body(() => ({ endpoint, accessKey, secretKey })));
    return;
  }
  describeWithProgram(CEPH_PROGRAMS, () => {
    let server: CephServer;
    beforeAll(async () => {
      server = await CephServer.start();
    });
    afterAll(() => server.stop());
    body(() => server);
  });
}
