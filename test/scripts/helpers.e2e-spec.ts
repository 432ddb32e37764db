/** The scripts are plain JavaScript: what they export is described here. */
const { isAllowed, licenceOfText } = jest.requireActual<{
  isAllowed: (expression: unknown) => boolean;
  licenceOfText: (text: string) => string | undefined;
}>('../../scripts/lib/licences.mjs');
const { countWordErrors, words } = jest.requireActual<{
  countWordErrors: (said: string, heard: string) => number;
  words: (text: string) => string[];
}>('../../scripts/lib/word-errors.mjs');
const { isSupportedNode } = jest.requireActual<{ isSupportedNode: (version: string) => boolean }>('../../scripts/lib/node-version.mjs');
const { firstDifference } = jest.requireActual<{
  firstDifference: (wanted: Record<string, object>, present: Record<string, object>) => string | undefined;
}>('../../scripts/lib/ensure-installed.mjs');
const { withGenerated, variableTables, environmentFile } = jest.requireActual<{
  withGenerated: (text: string, name: string, content: string) => string;
  variableTables: (groups: readonly object[]) => string;
  environmentFile: (groups: readonly object[], accounts: readonly object[]) => string;
}>('../../scripts/lib/generated.mjs');

describe('licences', () => {
  it.each(['MIT', 'ISC', 'BSD-3-Clause', 'LGPL-3.0-or-later', 'MPL-2.0', '(MIT OR GPL-3.0-only)', 'MIT AND Zlib', 'Apache-2.0'])(
    'allows %s',
    (expression) => expect(isAllowed(expression)).toBe(true),
  );

  it.each(['GPL-3.0-only', 'AGPL-3.0-or-later', 'MIT AND GPL-2.0', 'UNLICENSED', 'SSPL-1.0', 'MITX', '', undefined, {}])(
    'refuses %p',
    (expression) => expect(isAllowed(expression)).toBe(false),
  );

  it('reads the text of packages that declare none', () => {
    expect(licenceOfText('Permission is hereby granted, free\n of charge, to any person')).toBe('MIT');
    expect(isAllowed(licenceOfText('GNU GENERAL PUBLIC LICENSE\nVersion 3'))).toBe(false);
    expect(isAllowed(licenceOfText('GNU AFFERO GENERAL PUBLIC LICENSE'))).toBe(false);
    expect(licenceOfText('All rights reserved.')).toBeUndefined();
  });
});

describe('word errors', () => {
  it.each([
    ['one two three', 'One, two: three!', 0],
    ['one two three', 'one three', 1],
    ['one two three', 'one two two three', 1],
    ['one two three', 'one to three', 1],
    ['one two three', '', 3],
    ['', 'one', 1],
    ['I can’t', "i can't", 1],
  ])('of %p heard as %p are %i', (said, heard, errors) => {
    expect(countWordErrors(said, heard)).toBe(errors);
  });

  it('knows the words of any language', () => {
    expect(words('Grüße — «Привет», 42!')).toEqual(['grüße', 'привет', '42']);
  });
});

describe('the version of Node', () => {
  it.each(['v20.19.0', 'v20.20.2', 'v22.12.0', 'v24.0.0', 'v25.1.0', 'v30.0.0'])('%s will do', (version) => {
    expect(isSupportedNode(version)).toBe(true);
  });

  it.each(['v18.20.0', 'v20.18.3', 'v21.7.0', 'v22.11.0', 'v23.9.0'])('%s will not', (version) => {
    expect(isSupportedNode(version)).toBe(false);
  });
});

describe('what is installed', () => {
  const here = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };

  it.each([
    ['is the same', { 'node_modules/a': { version: '1.0.0' } }, { 'node_modules/a': { version: '1.0.0' } }, undefined],
    ['is missing', { 'node_modules/a': { version: '1.0.0' } }, {}, 'a is missing'],
    ['is older', { 'node_modules/a': { version: '1.0.0' } }, { 'node_modules/a': { version: '0.9.0' } }, 'a is another version'],
    ['is for this machine and missing', { 'node_modules/a': here }, {}, 'a is missing'],
    ['is for another machine', { 'node_modules/a': { ...here, os: ['plan9'] } }, {}, undefined],
    ['is for all but this machine', { 'node_modules/a': { ...here, os: [`!${process.platform}`] } }, {}, undefined],
    ['is the project itself', { '': { version: '1.0.0' } }, {}, undefined],
  ])('%s', (_what, wanted, present, expected) => {
    expect(firstDifference(wanted, present)).toBe(expected);
  });
});

describe('generated documentation', () => {
  const groups = [
    {
      title: 'The server',
      variables: [
        { name: 'PORT', description: 'Port | of the server.', default: '8080' },
        { name: 'KEY', description: Array(30).fill('words').join(' '), default: '' },
      ],
    },
  ];

  it('replaces what stands between its marks, and nothing else', () => {
    const text = 'before\n<!-- generated: a -->\nold\n<!-- /generated -->\nbetween\n<!-- generated: b -->\n<!-- /generated -->\nafter\n';
    const expected = 'between\n<!-- generated: b -->\n\nnew\n\n<!-- /generated -->\nafter\n';
    expect(withGenerated(text, 'b', 'new')).toBe(`before\n<!-- generated: a -->\nold\n<!-- /generated -->\n${expected}`);
    expect(() => withGenerated(text, 'c', 'new')).toThrow('generated: c');
    expect(() => withGenerated('<!-- generated: a -->', 'a', 'new')).toThrow('generated: a');
  });

  it('has a table for each class, and a file with every variable commented out', () => {
    const [heading, , columns, , port, key] = variableTables(groups).split('\n');
    expect([heading, columns, port]).toEqual([
      '### The server',
      '| variable | default | meaning |',
      String.raw`| ${'`PORT`'} | ${'`8080`'} | Port \| of the server. |`,
    ]);
    expect(key).toMatch(/^\| `KEY` \| {2}\| words/);
    const lines = environmentFile(groups, [{ name: 'openai', needs: ['A', 'B'], variables: ['A', 'B', 'C'] }]).split('\n');
    expect(lines).toEqual(expect.arrayContaining(['#PORT=8080', '#KEY=', '# The account openai: needs A and B.', '#C=']));
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('# words')).map((line) => line.length)).toEqual([97, 85]);
  });
});
