import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { eventually } from '@parlance/testing';
import { AgentFiles, type AgentFilesOptions } from './agent-files.js';

/** Of tests in which only events tell of changes. */
const NEVER = 2 ** 30;

describe('AgentFiles', () => {
  let directory: string;
  let files: AgentFiles;
  let lines: string[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'agents-'));
    lines = [];
    for (const level of ['log', 'warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...said: unknown[]) => void lines.push(`${level}: ${String(said[0])}`));
    }
  });
  afterEach(async () => {
    await files.close();
    rmSync(directory, { recursive: true, force: true });
    jest.restoreAllMocks();
  });

  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  const open = async (options: Partial<AgentFilesOptions> = {}) => {
    files = new AgentFiles({ directory, pollMilliseconds: NEVER, ...options });
    await files.open();
  };
  const names = () => [...files.agents().values()].map(({ id, name }) => `${id}: ${name}`).toSorted();
  const become = (...expected: string[]) =>
    eventually(async () => JSON.stringify(names()) === JSON.stringify(expected), `There never were the agents ${expected.join(', ')}`);

  it('reads YAML and JSON, named by the file or by themselves', async () => {
    write('support.yaml', 'name: Support\nvoice_settings: { enabled: true }');
    write('sales.yml', 'agent_id: seller');
    write('old.json', '\uFEFF{\n\t"name": "Old"\n}');
    write('notes.txt', 'no agent');
    write('.hidden.yaml', 'tenant: ""');
    await open();
    expect(names()).toEqual(['old: Old', 'seller: seller', 'support: Support']);
    expect(files.agents().get('support')?.voice.enabled).toBe(true);
    expect(files.problems()).toEqual([]);
    expect(lines).toEqual(['log: Agents of files: +old +seller +support']);
  });

  it('takes what is merged into a map of YAML (`<<`) for its own', async () => {
    write(
      'a.yaml',
      'name: One\ngraph: chat\nchat: { <<: [{ model: m }, { model: other, temperature: 1 }], base_url: http://127.0.0.1:1/v1 }',
    );
    await open();
    expect(files.agents().get('a')?.chat).toMatchObject({ model: 'm', temperature: 1, baseUrl: 'http://127.0.0.1:1/v1' });
    expect(lines).toEqual(['log: Agents of files: +a']);
  });

  it('hears of files that come, change and go', async () => {
    await open();
    expect(names()).toEqual([]);
    write('a.yaml', 'name: One');
    await become('a: One');
    write('a.yaml', 'name: Two');
    write('b.json', '{}');
    await become('a: Two', 'b: b');
    rmSync(join(directory, 'a.yaml'));
    await become('b: b');
    expect(lines.at(-1)).toBe('log: Agents of files: -a');
  });

  it('waits for no pipe that is called as a file is', async () => {
    execFileSync('mkfifo', [join(directory, 'pipe.yaml')]);
    write('a.yaml', 'name: One');
    await open();
    expect([names(), files.problems()]).toEqual([['a: One'], [{ file: 'pipe.yaml', problems: ['it is no file'] }]]);
  });

  it('hears of a file that is put in the place of another', async () => {
    write('a.yaml', 'name: One');
    await open();
    write('a.tmp', 'name: Two');
    renameSync(join(directory, 'a.tmp'), join(directory, 'a.yaml'));
    await become('a: Two');
    expect(lines).toEqual(['log: Agents of files: +a', 'log: Agents of files: +a']);
  });

  it.each([
    ['of no known syntax', 'name: [secret words', 'it is not valid YAML: look at line 1'],
    ['that stands for no agent', '- secret words', expect.stringMatching(/^the agent must be a map/)],
    ['with a value out of range', 'name: secret words\nretention_days: 0', expect.stringMatching(/^retention_days must be/)],
    ['that is too large', `name: ${'x'.repeat(1024 * 1024)}`, 'it is larger than 1 MiB'],
  ])('keeps the last good version of a file %s', async (_, text, problem) => {
    write('a.yaml', 'name: Good');
    write('b.yaml', 'name: Other');
    await open();
    const other = files.agents().get('b');
    write('a.yaml', text);
    await eventually(async () => files.problems().length > 0, 'Nobody told of the broken file');
    expect(files.problems()).toEqual([{ file: 'a.yaml', problems: [problem] }]);
    expect(names()).toEqual(['a: Good', 'b: Other']);
    expect(files.agents().get('b')).toBe(other);
    expect(lines.filter((line) => line.startsWith('warn: a.yaml has problems, and its last good version stands: '))).toHaveLength(1);
    expect(lines.join('\n')).not.toMatch(/secret|\//);
    write('a.yaml', 'name: Better');
    await become('a: Better', 'b: Other');
    expect(files.problems()).toEqual([]);
  });

  it('says what is wrong with a file that never was good', async () => {
    write('a.json', '{"name": ');
    mkdirSync(join(directory, 'b.yaml'));
    symlinkSync('nowhere', join(directory, 'c.yaml'));
    write('my agent.yaml', '');
    await open();
    expect(names()).toEqual([]);
    expect(files.problems()).toEqual([
      { file: 'a.json', problems: ['it is not valid JSON'] },
      { file: 'b.yaml', problems: ['it is no file'] },
      { file: 'c.yaml', problems: ['it cannot be read'] },
      { file: 'my agent.yaml', problems: [expect.stringMatching(/^the agent must be a map/)] },
    ]);
    expect(lines[0]).toBe('warn: a.json has problems, and it is not used: it is not valid JSON.');
  });

  it('gives an id to the first file by name', async () => {
    write('a.yaml', 'agent_id: same\nname: A');
    write('b.yaml', 'agent_id: own\nname: B');
    await open();
    write('b.yaml', 'agent_id: same\nname: B');
    await eventually(async () => files.problems().length > 0, 'Nobody told of the equal ids');
    expect(files.problems()).toEqual([{ file: 'b.yaml', problems: ['agent_id is that of a.yaml already: give it another one'] }]);
    expect(names()).toEqual(['own: B', 'same: A']);
    rmSync(join(directory, 'a.yaml'));
    await become('same: B');
    expect(files.problems()).toEqual([]);
    write('a.yaml', 'agent_id: same\nname: A');
    await become('same: A');
    expect(files.problems()).toMatchObject([{ file: 'b.yaml' }]);
  });

  it('finds out by itself what nobody told of', async () => {
    rmSync(directory, { recursive: true });
    await open({ pollMilliseconds: 20 });
    expect([names(), files.problems()]).toEqual([[], []]);
    // No watcher was possible: the directory was not there.
    mkdirSync(directory);
    write('a.yaml', 'name: One');
    await become('a: One');
    // The watched directory is gone; the one that comes is another.
    rmSync(directory, { recursive: true });
    await become();
    mkdirSync(directory);
    write('b.yaml', 'name: Two');
    await become('b: Two');
  });

  it('keeps all agents while the directory is none', async () => {
    write('a.yaml', 'name: One');
    await open();
    renameSync(directory, `${directory}-away`);
    writeFileSync(directory, '');
    await files.reload();
    expect(names()).toEqual(['a: One']);
    expect(lines.at(-1)).toBe('warn: The directory of agents cannot be read: all agents stay as they are.');
    rmSync(directory);
    renameSync(`${directory}-away`, directory);
  });

  it('hands on what is known beside the files', async () => {
    write('a.yaml', 'chat: { model: m, base_url: "http://127.0.0.1:1", api_key: env:KEY }');
    await open({ context: { environment: { KEY: 'the key' }, knownProviders: { speech: [], transcription: [] } } });
    expect(files.agents().get('a')?.chat?.apiKey).toBe('the key');
    expect(files.agents().get('a')?.knownProviders).toEqual({ speech: [], transcription: [] });
  });

  it('is still after it was closed', async () => {
    write('a.yaml', 'name: One');
    await open({ pollMilliseconds: 5 });
    write('a.yaml', 'name: Two');
    await files.close();
    const before = names();
    write('a.yaml', 'name: Three');
    await files.reload();
    expect(names()).toEqual(before);
  });
});
