/**
 * The rows of a table in a document: its first three cells, where the first is a name in code.
 * @param document Markdown
 * @param title of the section, without its marks
 */
export function documentedRows(document: string, title: string): string[][] {
  const section = document.split(/^##+ /m).find((one) => one.startsWith(`${title}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, 4)
      .map((cell) => cell.trim()),
  );
}

/**
 * The row of a field: its name, what it takes, its default.
 * @param problems what the field said of itself when it was given something that nothing takes
 */
export function fieldRow(name: string, problems: readonly string[]): string[] {
  const problem = problems.find((one) => one.startsWith(`${name} must be`)) ?? '';
  const [, takes = '', , standard] = /^\w+ must be (.*?)(; (?:default (.*)|.*))?$/.exec(problem) ?? [];
  return [`\`${name}\``, takes, standard === undefined ? '' : `\`${standard}\``];
}
