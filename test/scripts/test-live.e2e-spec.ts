import { OPENAI_KEY, startOpenaiStandIn, type StandIn } from '@parlance/testing';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

describe('npm run test:live', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startOpenaiStandIn();
  });
  afterAll(() => standIn.close());

  const run = (environment: Record<string, string>, ...options: string[]) =>
    new Promise<{ code: number | null; output: string }>((settle, reject) => {
      const env = { PATH: process.env['PATH'], ...environment };
      const child = spawn(process.execPath, [resolve('scripts/test-live.mjs'), ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.on('error', reject);
      child.on('close', (code) => settle({ code, output }));
    });

  it('asks nobody without a key, and says which there are', async () => {
    const { code, output } = await run({});
    expect(code).toBe(0);
    expect(output).toMatch(/Nothing was asked[\s\S]*openai: OPENAI_API_KEY/);
  });

  it('asks nobody where an option is misspelt', async () => {
    const { code, output } = await run({ OPENAI_API_KEY: OPENAI_KEY, OPENAI_BASE_URL: `${standIn.url}/v1` }, '--hlep');
    expect(code).toBe(1);
    expect(output).toMatch(/Unknown option '--hlep'[\s\S]*npm run test:live/);
    expect(output).not.toContain('Asking');
  });

  it('asks whose key is there, and fails when it is wrong', async () => {
    const baseUrl = `${standIn.url}/v1`;
    const right = await run({ OPENAI_API_KEY: OPENAI_KEY, OPENAI_BASE_URL: baseUrl });
    expect(right).toMatchObject({ code: 0, output: expect.stringContaining('Asking openai ...') });
    const wrong = await run({ OPENAI_API_KEY: 'sk-wrong-key-of-nobody', OPENAI_BASE_URL: baseUrl });
    expect(wrong.code).toBe(1);
    expect(wrong.output).not.toContain('sk-wrong-key-of-nobody');
  });
});
