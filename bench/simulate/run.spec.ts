import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

describe('npm run simulate', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'run.ts'), ...args], { encoding: 'utf8' });

  it('refuses a word that it does not know, and says what it takes', () => {
    const { status, stdout, stderr } = run('nonsense');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^There is no 'nonsense' to simulate\.[\s\S]*--kind KIND/);
  });
});
