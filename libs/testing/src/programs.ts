import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Tests that need programs of the system. Where one is not installed they do not run, and one line says so; in CI
 * (`CI` is set) a missing program is a failure, so that the tests are run somewhere.
 */
export function describeWithProgram(program: string | readonly string[], body: () => void): void {
  const programs = typeof program === 'string' ? [program] : program;
  const missing = programs.filter((name) => !isInstalled(name));
  if (missing.length === 0) {
    describe(`with ${programs.join(', ')}`, body);
    return;
  }
  describe(`without ${missing.join(', ')}`, () => {
    it(`${missing.join(', ')} is not installed: its tests were not run`, () => {
      expect(process.env['CI'] ?? '').toBe('');
    });
  });
}

/** Whether a program lies on the path. */
export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
