import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRetirements } from './retirements.js';

describe('readRetirements', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-retirements-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const file = (text: string) => {
    const path = join(directory, 'retirements.yaml');
    writeFileSync(path, text);
    return path;
  };

  it("reads the project's own", () => {
    expect(readRetirements()).toContainEqual(expect.objectContaining({ vendor: 'openai', model: 'tts-1', retires: '2027-01-06' }));
  });

  it('gives one entry a model', () => {
    expect(readRetirements(file('- {vendor: a, models: [x, y], retires: 2027-01-06}'))).toEqual([
      { vendor: 'a', model: 'x', retires: '2027-01-06' },
      { vendor: 'a', model: 'y', retires: '2027-01-06' },
    ]);
    expect(readRetirements(file(''))).toEqual([]);
  });

  it.each(['- {vendor: a, models: [], retires: 2027-01-06}', '- {vendor: a, models: [x], retires: soon}', '- 5', 'a: b', '{'])(
    'refuses %j',
    (text) => {
      expect(() => readRetirements(file(text))).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
    },
  );
});
