import { sniffFormat } from '@parlance/audio';
import { wordErrorRate } from '@parlance/testing';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const program = resolve('dist/apps/cli/src/main.js');
const sentence = 'The quick brown fox jumps over the lazy dog near the old river bank.';

describe('parlance, the command', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parlance-cli-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const parlance = (args: readonly string[], input: string | Uint8Array = '', environment: Record<string, string> = {}, isRead = true) =>
    new Promise<{ code: number | null; out: Buffer; error: string }>((settle, reject) => {
      const child = spawn(process.execPath, [program, ...args], {
        cwd: directory,
        env: { PATH: process.env['PATH'], PARLANCE_DATA_DIR: directory, PORT: '1', ...environment },
      });
      const out: Buffer[] = [];
      let error = '';
      if (isRead) child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      else child.stdout.destroy();
      child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
      child.on('error', reject);
      child.on('close', (code) => settle({ code, out: Buffer.concat(out), error }));
      child.stdin.on('error', () => undefined).end(input);
    });

  it('says a sentence into a file and writes down what it heard', async () => {
    const said = await parlance(['say', sentence, '-o', 'hello.ogg']);
    expect(said).toMatchObject({ code: 0, error: expect.stringContaining('spoken by local/flite') });
    expect(sniffFormat(await readFile(join(directory, 'hello.ogg')))).toBe('ogg-opus');

    const heard = await parlance(['transcribe', 'hello.ogg']);
    expect(heard).toMatchObject({ code: 0, error: '' });
    expect(wordErrorRate(sentence, heard.out.toString())).toBeLessThanOrEqual(0.1);
    expect((await parlance(['transcribe', 'hello.ogg', '--format', 'srt'])).out.toString()).toMatch(
      /^1\n00:00:00,\d{3} --> 00:00:0\d,\d{3}\n/,
    );
    expect(JSON.parse((await parlance(['transcribe', 'hello.ogg', '--format', 'json'])).out.toString())).toMatchObject({
      trace: { servedBy: { provider: 'local' } },
    });
  });

  it('reads standard input and writes standard output', async () => {
    const said = await parlance(['say', '--format', 'wav', '-v', 'nova'], sentence);
    expect(said).toMatchObject({ code: 0, error: '' });
    expect(sniffFormat(said.out)).toBe('wav');
    const heard = await parlance(['transcribe', '-'], said.out);
    expect(wordErrorRate(sentence, heard.out.toString())).toBeLessThanOrEqual(0.1);
  });

  it.each([[['config', 'print']], [['keys', 'new', '--name', 'website', '--scopes', 'speech']], [['say', sentence, '-o', '-']]])(
    '%p ends well when nobody reads it any more',
    async (args) => {
      expect(await parlance(args, '', {}, false)).toMatchObject({ code: 0, error: '' });
    },
  );

  it('writes a wav file that knows its length', async () => {
    expect(await parlance(['say', sentence, '-o', 'hello.wav'])).toMatchObject({ code: 0 });
    const bytes = await readFile(join(directory, 'hello.wav'));
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
  });

  it('finds nothing broken on this machine, and says what is', async () => {
    const well = await parlance(['doctor']);
    expect(well).toMatchObject({ code: 0, out: expect.anything() });
    expect(well.out.toString()).toContain('Nothing is broken.');
    await writeFile(join(directory, 'occupied'), '');
    const ill = await parlance(['doctor'], '', { PARLANCE_DATA_DIR: join(directory, 'occupied', 'below') });
    expect(ill.code).toBe(1);
    expect(ill.out.toString()).toContain('Set PARLANCE_DATA_DIR');
  });

  it.each([
    [['say', '!?'], 'nothing to speak'],
    [['say', 'hi', '-v', 'nobody'], "no voice 'nobody'"],
    [['say', 'hi', '-s', '9'], "'speed' must be"],
    [['transcribe', 'missing.wav'], "no file 'missing.wav'"],
    [['transcribe', '.'], 'is no file'],
    [['agents', 'ask', 'nobody', 'hi'], "no agent 'nobody'"],
    [['agents', 'ask', 'demo'], 'Send one message'],
    [['agents', 'ask', 'demo', '--file', 'missing.wav'], "no file 'missing.wav'"],
  ])('%p ends with 2 and says what to do', async (args, message) => {
    const { code, error, out } = await parlance(args);
    expect({ code, out: out.toString() }).toEqual({ code: 2, out: '' });
    expect(error).toContain(message);
    expect(error).not.toContain('    at ');
  });

  it('lists every problem of the settings', async () => {
    const { code, error } = await parlance(['say', 'hi'], '', { PORT: 'x', PARLANCE_LOG_LEVEL: 'loud' });
    expect(code).toBe(2);
    expect(error).toMatch(/PORT[\s\S]*PARLANCE_LOG_LEVEL/);
  });

  it('checks the configuration, and ends with 1 when it cannot be used', async () => {
    await writeFile(join(directory, 'wrong.yaml'), 'tenants: {}\nprice: {}');
    const { code, out, error } = await parlance(['config', 'check', '--config', 'wrong.yaml']);
    expect({ code, error }).toEqual({ code: 1, error: '' });
    expect(out.toString()).toMatch(/^broken {2}wrong\.yaml:2: price is not known here/);
  });

  it('makes keys that a gateway takes, and says why it makes none', async () => {
    const made = await parlance(['keys', 'new', '--name', 'website', '--scopes', 'speech']);
    expect(made).toMatchObject({ code: 0, error: '' });
    expect(made.out.toString()).toMatch(/^parlance_[\w-]{43}$/m);
    const other = await parlance(['keys', 'new', '--name', 'website', '--scopes', 'everything']);
    expect({ code: other.code, out: other.out.toString() }).toEqual({ code: 2, out: '' });
    expect(other.error).toContain('scopes must be a list of one or more of speech');
  });

  it('lists agents, and checks their files', async () => {
    const environment = { PARLANCE_AGENTS_DIR: join(directory, 'agents') };
    await mkdir(environment.PARLANCE_AGENTS_DIR);
    expect((await parlance(['agents', 'check'], '', environment)).out.toString()).toContain('no files');
    await writeFile(join(directory, 'agents', 'support.yaml'), 'voice_settings: { enabled: true }');
    const well = await parlance(['agents', 'check'], '', environment);
    expect(well).toMatchObject({ code: 0, error: '' });
    expect(well.out.toString()).toContain('ok  support.yaml  agent support, graph echo, voice on');

    await writeFile(join(directory, 'agents', 'twin.yaml'), 'agent_id: support\nvoice_settings: {}');
    const twice = await parlance(['agents', 'check'], '', environment);
    expect(twice).toMatchObject({ code: 1, error: '' });
    expect(twice.out.toString()).toContain('broken  twin.yaml     agent_id is that of support.yaml already');

    const listed = await parlance(['agents'], '', environment);
    expect(listed.code).toBe(0);
    expect(listed.out.toString()).toMatch(/demo +echo +on +\(built in\)\nsupport +echo +on +support\.yaml\n/);
    expect(listed.error).toContain('twin.yaml cannot be used');

    await writeFile(join(directory, 'wrong.json'), '{"agent_id": "?", "voice_settings": {"max_file_size_mb": 0}}');
    const wrong = await parlance(['agents', 'check', 'wrong.json', join('agents', 'support.yaml'), 'missing.yaml'], '', environment);
    expect(wrong.code).toBe(1);
    expect(wrong.out.toString()).toMatch(/agent_id must be[\s\S]*max_file_size_mb must be[\s\S]*ok +support\.yaml[\s\S]*2 of 3 cannot/);
  });

  it('asks an agent by text and by a recording, and keeps its speech', async () => {
    const written = await parlance(['agents', 'ask', 'demo', 'Hello.']);
    expect(written).toMatchObject({ code: 0, error: '' });
    expect(written.out.toString()).toBe('Hello.\n');

    expect((await parlance(['say', sentence, '-o', 'ask.ogg'])).code).toBe(0);
    const spoken = await parlance(['agents', 'ask', 'demo', '--file', 'ask.ogg', '-o', 'reply.wav']);
    expect(spoken).toMatchObject({ code: 0, error: expect.stringMatching(/^reply\.wav: \d+ bytes of audio\/wav\n$/) });
    const [, heard = ''] = /^heard: (.*)\n/.exec(spoken.out.toString()) ?? [];
    expect(wordErrorRate(sentence, heard)).toBeLessThanOrEqual(0.1);
    const bytes = await readFile(join(directory, 'reply.wav'));
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);

    const piped = await parlance(['agents', 'ask', 'demo', 'say it', '-f', 'opus', '-o', '-']);
    expect(piped).toMatchObject({ code: 0, error: 'say it\n' });
    expect(sniffFormat(piped.out)).toBe('ogg-opus');
  });

  it('leaves no half-written file behind', async () => {
    await parlance(['say', 'hi', '-v', 'nobody', '-o', 'never.ogg']);
    await expect(stat(join(directory, 'never.ogg'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each(
    [['--help'], ['say', '--help'], ['transcribe', '--help'], ['agents', '--help'], ['agents', 'ask', '--help']].map((args) => [args]),
  )('explains itself: %p', async (args) => {
    const { code, out } = await parlance(args);
    expect(code).toBe(0);
    expect(out.toString()).toContain('Usage: parlance');
  });

  it.each([[['say', '--help']], [['--version']], [['sya', 'hello']], [['say', 'hello', '--format', 'mp4']]])(
    '%p waits for nothing that only other commands need',
    async (args) => {
      const { files, parts } = await loadedBy(args);
      expect(files).toContainEqual(expect.stringContaining('/dist/apps/cli/src/main.js'));
      expect(parts).toContainEqual(expect.stringContaining('node_modules/commander/'));
      expect(parts.filter((part) => /node_modules\/@nestjs|libs\/(?!contracts)/.test(part))).toEqual([]);
    },
  );

  /** The files that a command loads, and the modules that those of the bundle are made of. */
  async function loadedBy(args: readonly string[]): Promise<{ files: string[]; parts: string[] }> {
    const loaded = await mkdtemp(join(directory, 'loaded-'));
    await parlance(args, '', { NODE_V8_COVERAGE: loaded });
    const [report = ''] = await readdir(loaded);
    const { result } = JSON.parse(await readFile(join(loaded, report), 'utf8')) as { result: { url: string }[] };
    const files = result.map(({ url }) => url);
    const texts = await Promise.all(files.filter((url) => url.includes('/dist/bundle/')).map((url) => readFile(new URL(url), 'utf8')));
    return { files, parts: texts.flatMap((text) => [...text.matchAll(/^\/\/ (\S+\.[cm]?js)$/gm)].map(([, part]) => part!)) };
  }
});
