import { describeWithProgram } from '../programs.js';
import { CephServer } from './ceph-server.js';
import { CEPH_PROGRAMS } from './describe-with-server.js';

describeWithProgram(CEPH_PROGRAMS, () => {
  let server: CephServer;
  afterEach(() => server.stop());

  it('an S3 server answers, refuses strangers, pauses, dies and comes back on its port', async () => {
    server = await CephServer.start();
    const status = () =>
      fetch(`${server.endpoint}/bucket`, { method: 'PUT', signal: AbortSignal.timeout(1000) }).then(
        (response) => response.status,
        () => 'no answer',
      );
    expect(await status()).toBe(403);
    await server.pause();
    expect(await status()).toBe('no answer');
    server.resume();
    expect(await status()).toBe(403);
    await server.kill();
    expect(await status()).toBe('no answer');
    await server.restart();
    expect(await status()).toBe(403);
    await server.stop();
    expect(await status()).toBe('no answer');
  });
});
