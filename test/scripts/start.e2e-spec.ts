import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const script = resolve(__dirname, '../../scripts/start.mjs');

jest.setTimeout(180_000);

describe('npm start', () => {
  let directory: string;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'start-'));
  });
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(directory, { recursive: true });
  });

  /** Starts the script in an empty folder; `output` grows as it prints. */
  function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}, shell?: string) {
    const started = { output: '', ended: Promise.resolve<number | null>(null), process: undefined as ChildProcess | undefined };
    const command: [string, string[]] = shell === undefined ? [process.execPath, [script, ...args]] : ['sh', ['-c', shell]];
    child = spawn(...command, {
      cwd: directory,
      env: { PATH: process.env['PATH'], PORT: '0', PARLANCE_DATA_DIR: join(directory, 'data'), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const print = (part: Buffer) => (started.output += part.toString());
    child.stdout?.on('data', print);
    child.stderr?.on('data', print);
    started.process = child;
    started.ended = once(child, 'close').then(([code]) => code as number | null);
    return started;
  }

  async function serving(started: { output: string; ended: Promise<number | null> }): Promise<void> {
    while (!started.output.includes('Ctrl-C stops.')) {
      expect(await Promise.race([started.ended, new Promise((done) => setTimeout(done, 50, 'running'))])).toBe('running');
    }
  }

  it('shows that speech goes in and comes out, with a key, and stops', async () => {
    const key = 'a-key-that-nobody-may-see';
    const started = start(['--demo-only'], { PARLANCE_API_KEYS: key });
    expect(await started.ended).toBe(0);
    expect(started.output).toMatch(/said +\S+/);
    expect(started.output).toMatch(/word errors +[0-3] of \d+ \(\d+ %\)/);
    expect(started.output).not.toContain(key);
    expect(started.output).not.toMatch(/warning/i);
    expect((await readFile(join(directory, 'parlance-hello.ogg'))).subarray(0, 4).toString()).toBe('OggS');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('serves until %s, then ends cleanly', async (signal) => {
    const started = start(['--no-demo']);
    await serving(started);
    const url = /http:\/\/127\.0\.0\.1:\d+(?=\/docs)/.exec(started.output)?.[0] ?? '';
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(started.output).toContain(`${url}/console `);
    expect((await fetch(`${url}/console/`)).status).toBe(200);
    started.process?.kill(signal);
    expect(await started.ended).toBe(0);
    await expect(fetch(`${url}/health/ready`)).rejects.toThrow('fetch failed');
  });

  describe('with keys in a file, of which only hashes are known', () => {
    const keys = () => ({ PARLANCE_KEYS_FILE: join(directory, 'parlance.keys.yaml') });
    beforeEach(async () => {
      const entry = `- { name: website, hash: 'sha256:${'0'.repeat(64)}', scopes: [speech, transcription] }`;
      await writeFile(keys().PARLANCE_KEYS_FILE, entry);
    });

    it('serves, and says why it does not show that it works', async () => {
      const started = start([], keys());
      await serving(started);
      expect(started.output).toContain('No demonstration: the gateway asks for a key');
      expect(started.output).toContain('authorization: Bearer YOUR_KEY');
      started.process?.kill('SIGTERM');
      expect(await started.ended).toBe(0);
    });

    it('says that there is nothing to be shown where only that was asked for', async () => {
      const started = start(['--demo-only'], keys());
      expect(await started.ended).toBe(1);
      expect(started.output).toContain('No demonstration: the gateway asks for a key');
    });

    it('shows that it works with the key of an operator', async () => {
      const started = start(['--demo-only'], { ...keys(), PARLANCE_ADMIN_KEYS: 'a-key-that-nobody-may-see' });
      expect(await started.ended).toBe(0);
      expect(started.output).toMatch(/word errors +[0-3] of/);
    });
  });

  it('ends with the shell of npm, which hands no signal on', async () => {
    const started = start([], { npm_lifecycle_event: 'start' }, `"${process.execPath}" "${script}" --no-demo; true`);
    await serving(started);
    started.process?.kill('SIGTERM');
    // Nobody has its output open any more.
    expect(await started.ended).toBeNull();
    expect(started.output).not.toContain('ended by itself');
  });

  it('says so when the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const started = start([], { PORT: String(port) });
    expect(await started.ended).toBe(1);
    expect(started.output).toContain(`Port ${port} is taken by another program.`);
    server.close();
  });

  it('says so when the gateway refuses its configuration', async () => {
    const started = start(['--no-demo'], { PARLANCE_CACHE_BYTES: 'many' });
    expect(await started.ended).toBe(1);
    expect(started.output).toContain('PARLANCE_CACHE_BYTES');
    expect(started.output).toContain('The gateway ended before it was ready');
  });

  it.each([
    [['--help'], {}, 0, 'npm start'],
    [['--nonsense'], {}, 1, '--no-demo'],
    [[], { PORT: 'eighty' }, 1, 'PORT must be a number'],
  ])('answers %p with %p plainly', async (args, environment, code, text) => {
    const started = start(args, environment);
    expect(await started.ended).toBe(code);
    expect(started.output).toContain(text);
    expect(started.output).not.toContain('    at ');
  });
});
