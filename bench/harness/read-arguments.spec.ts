import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';

const BENCH = resolve(__dirname, '..');

const run = (script: string, ...options: string[]) =>
  new Promise<{ code: unknown; output: string }>((settle) => {
    execFile(process.execPath, ['--import', 'tsx', join(BENCH, script), ...options], (error, stdout, stderr) =>
      settle({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });

it.each([
  ['run.ts', 'npm run bench'],
  ['soak.ts', 'npm run soak'],
  ['simulate/run.ts', 'npm run simulate'],
])('%s tells how it is used when an option is misspelt, and no stack', async (script, usage) => {
  const { code, output } = await run(script, '--hlep');
  expect(code).toBe(2);
  expect(output).toMatch(/^Unknown option '--hlep'/);
  expect(output).toContain(usage);
  expect(output).not.toMatch(/^ +at /m);
});
