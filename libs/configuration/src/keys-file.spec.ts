import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKeys, readKeysFile } from './keys-file.js';

const HASH = `sha256:${'ab'.repeat(32)}`;
const OTHER = `sha256:${'CD'.repeat(32)}`;

describe('parseKeys', () => {
  it('reads keys with all they may have, and with the least', () => {
    const text = `
- { name: website, hash: "${HASH}", scopes: [speech, files], tenant: acme, requestsPerMinute: 60, expires: 2027-01-01T12:00:00+02:00 }
- { name: operator, hash: "${OTHER}", scopes: [admin] }`;
    expect(parseKeys(text)).toEqual({
      problems: [],
      keys: [
        {
          name: 'website',
          hash: 'ab'.repeat(32),
          scopes: ['speech', 'files'],
          tenant: 'acme',
          requestsPerMinute: 60,
          expires: Date.UTC(2027, 0, 1, 10),
        },
        { name: 'operator', hash: 'cd'.repeat(32), scopes: ['admin'] },
      ],
    });
    expect(parseKeys('')).toEqual({ keys: [], problems: [] });
    const ofWindows = `\uFEFF- name: website\r\n  hash: ${HASH}\r\n  scopes: [speech]\r\n`;
    expect(parseKeys(ofWindows)).toMatchObject({ problems: [], keys: [{ name: 'website', scopes: ['speech'] }] });
  });

  it.each([
    ['a: b', 'must be a list of keys'],
    ['- 5', '[0] must be a map with name, hash, scopes'],
    [`- { name: a, hash: "${HASH}", scopes: [speech], colour: hidden }`, '[0] may have name, hash, scopes'],
    [`- { name: hidden secret, hash: "${HASH}", scopes: [speech] }`, '[0].name must be'],
    ['- { name: a, hash: a-hidden-plain-key, scopes: [speech] }', '[0].hash must be sha256:'],
    [`- { name: a, hash: "${HASH}", scopes: [] }`, '[0].scopes must be'],
    [`- { name: a, hash: "${HASH}", scopes: [hidden] }`, '[0].scopes must be'],
    [`- { name: a, hash: "${HASH}", scopes: [speech], tenant: "" }`, '[0].tenant must be'],
    [`- { name: a, hash: "${HASH}", scopes: [speech, admin], tenant: hidden }`, 'cannot have the scope admin'],
    [`- { name: a, hash: "${HASH}", scopes: [speech], requestsPerMinute: 0 }`, '[0].requestsPerMinute must be'],
    [`- { name: a, hash: "${HASH}", scopes: [speech], expires: hidden }`, '[0].expires must be'],
    [`- { name: a, hash: "${HASH}", scopes: [speech], expires: 2027-13-01 }`, '[0].expires must be'],
    [`- { name: a, hash: "${HASH}", scopes: [speech], expires: 2027-02-30 }`, '[0].expires must be'],
    [`- { name: a, hash: "${HASH}", scopes: [speech], expires: 2027-04-31T12:00:00Z }`, '[0].expires must be'],
    [`- { name: a, hash: "${HASH}", scopes: [jobs] }\n- { name: a, hash: "${OTHER}", scopes: [jobs] }`, '[1].name stands there twice'],
    [`- { name: a, hash: "${HASH}", scopes: [jobs] }\n- { name: b, hash: "${HASH}", scopes: [jobs] }`, '[1].hash stands there twice'],
    ['- {}\n- hidden: [', 'it is not valid YAML (bad indent)'],
    ['- *hidden', 'it is not valid YAML: an alias'],
    ['- !hidden {}', '[0].name must be'],
  ])('%j is refused: %s', (text, problem) => {
    const { problems } = parseKeys(text);
    expect(problems).toContainEqual(expect.stringContaining(problem));
    expect(problems.join()).not.toContain('hidden');
  });

  it('tells every problem at once', () => {
    expect(parseKeys('- { name: "", hash: x, scopes: 5 }\n- 7').problems).toHaveLength(4);
  });
});

describe('readKeysFile', () => {
  it('names the file in what is wrong with it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-keys-'));
    const file = join(directory, 'keys.yaml');
    expect(() => readKeysFile(file)).toThrow(`${file}: it cannot be read`);
    writeFileSync(file, '- 5');
    expect(() => readKeysFile(file)).toThrow(`${file}:1: [0] must be a map`);
    writeFileSync(file, `- name: a\n  hash: ${HASH}\n  scopes: [everything]`);
    expect(() => readKeysFile(file)).toThrow(`${file}:3: [0].scopes must be a list`);
    writeFileSync(file, '- name: a\n- name: [');
    expect(() => readKeysFile(file)).toThrow(`${file}:2: it is not valid YAML`);
    rmSync(directory, { recursive: true });
  });
});
