import { parseYaml } from './read-yaml.js';

const lineOf = (text: string, problem: string) => {
  const read = parseYaml(text);
  return 'problem' in read ? undefined : read.lineOf(problem);
};

describe('parseYaml', () => {
  it('gives values, and nothing for an empty text', () => {
    expect(parseYaml('a: [1, b]')).toMatchObject({ value: { a: [1, 'b'] } });
    expect(parseYaml('# nothing\n')).toMatchObject({ value: undefined });
    expect(parseYaml('a: &a { x: 1, y: 1 }\nb: { <<: *a, y: 2 }')).toMatchObject({ value: { a: { x: 1, y: 1 }, b: { x: 1, y: 2 } } });
  });

  const text = ['list:', '  - name: a', '    deep: { er: 1 }', '  - name: b', 'with space: 1', "'*':", '  x: &anchor', '    - 1'].join(
    '\n',
  );

  it.each([
    ['list[0] must be a map', 2],
    ['list[0].name must be short', 2],
    ['list[0].deep.er must be 2', 3],
    ['list[1].nothing has to be there', 4],
    ["'list' must be a map", 1],
    ["'list[0].deep' must be a name", 3],
    ['list[7] is one too many', 1],
    ['with?space: what is this', 5],
    ['*.x[0]: what is this', 8],
    ['listless is another word', undefined],
    ['', undefined],
  ])('finds where %j stands', (problem, line) => {
    expect(lineOf(text, problem)).toBe(line);
  });

  it.each([
    ['a: hidden\na: hidden', { problem: 'it is not valid YAML (duplicate key)', line: 2 }],
    ['a: 1\n\thidden: 2', { problem: 'it is not valid YAML (tab as indent)', line: 2 }],
    ['a: 1\nb: "hidden', { problem: 'it is not valid YAML (missing char)', line: 2 }],
    ['a: *hidden', { problem: 'it is not valid YAML: an alias (*name) or a merge (<<) stands for nothing, or for too much' }],
    ['a: { <<: hidden }', { problem: 'it is not valid YAML: an alias (*name) or a merge (<<) stands for nothing, or for too much' }],
    ['a: &hidden [*hidden]', { problem: 'it is not valid YAML: an alias (*name) or a merge (<<) stands for nothing, or for too much' }],
  ])('says what is wrong with %j, and nothing of what is in it', (broken, expected) => {
    expect(parseYaml(broken)).toEqual(expected);
  });

  it.each(['a: !hidden 5', '? { hidden: 5 }\n: 5', '%HIDDEN x\n---\na: 1'])('writes no warning of %j', (odd) => {
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    parseYaml(odd);
    expect([emit.mock.calls, warn.mock.calls]).toEqual([[], []]);
    emit.mockRestore();
    warn.mockRestore();
  });
});
