import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Tests that need a program of the system. Where it is not installed they do not run, and one line says so; in CI
 * (`CI` is set) a missing program is a failure, so that the tests are run somewhere.
 */
export function describeWithProgram(program: string, body: () => void): void {
  if (isInstalled(program)) {
    describe(`with ${program}`, body);
    return;
  }
  describe(`without ${program}`, () => {
    it(`${program} is not installed: its tests were not run`, () => {
      expect(process.env['CI'] ?? '').toBe('');
    });
  });
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
