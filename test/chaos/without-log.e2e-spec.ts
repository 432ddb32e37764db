import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { eventually, freePort } from '@parlance/testing';

const ENTRY = resolve(__dirname, '../../dist/apps/gateway/src/main.js');

jest.setTimeout(120_000);

describe('a gateway whose log nobody reads any more', () => {
  let directory: string;
  let url: string;
  let gateway: ChildProcessByStdio<null, Readable, Readable>;
  let told = '';
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-without-log-'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    gateway = spawn(process.execPath, [ENTRY], {
      cwd: directory,
      env: { PATH: process.env['PATH'], PORT: String(port), PARLANCE_STOP_DELAY_MILLISECONDS: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    gateway.stderr.on('data', (piece: Buffer) => (told += piece.toString()));
    gateway.stdout.resume();
    const isReady = () =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    await eventually(isReady, 'The gateway is not ready.', 60_000);
  });
  afterAll(() => {
    gateway.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  });

  it('goes on serving, says so once, and ends in order', async () => {
    gateway.stdout.destroy();
    for (let request = 0; request < 5; request++) {
      const response = await fetch(`${url}/v1/models`, { signal: AbortSignal.timeout(30_000) });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
    await eventually(() => Promise.resolve(told !== ''), 'Nothing is said.');
    expect(told).toMatch(/^The log cannot be written any more \(EPIPE\)\..*\n$/);
    const ended = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
