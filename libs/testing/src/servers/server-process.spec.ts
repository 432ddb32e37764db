import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../conformance/check.js';
import { ServerProcess } from './server-process.js';

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A process that starts a server as tests do, tells its pid and waits to be killed. */
const OWNER = `
import { ServerProcess } from ${JSON.stringify(join(__dirname, 'server-process.ts'))};
const server = new ServerProcess({ program: 'sleep', args: ['600'], directory: process.argv.at(-1), isReady: async () => true });
await server.start();
console.log(server.pid);
setInterval(() => undefined, 1000);
`;

describe('ServerProcess', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'server-process-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('says what a server said that ended instead of starting', async () => {
    const server = new ServerProcess({ program: 'ls', args: ['--nothing'], directory, isReady: () => Promise.resolve(false) });
    await expect(server.start()).rejects.toThrow(/ls ended \(2\): .*nothing/s);
  });

  it('says that a program is missing', async () => {
    const server = new ServerProcess({ program: 'no-such-program', args: [], directory, isReady: () => Promise.resolve(false) });
    await expect(server.start()).rejects.toThrow(/no-such-program/);
  });

  it('ends, also paused, with a test process that is killed, and its directory goes', async () => {
    const tsx = join(__dirname, '../../../../node_modules/tsx/dist/loader.mjs');
    const owner = spawn(process.execPath, ['--import', tsx, '--input-type=module', '--eval', OWNER, directory], { stdio: 'pipe' });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGSTOP');
    owner.kill('SIGKILL');
    await eventually(() => Promise.resolve(!isAlive(pid) && !existsSync(directory)), 'The server outlived its test.', 30_000);
  });
});
