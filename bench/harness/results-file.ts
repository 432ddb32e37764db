const PROMISED = '### What was promised';

/**
 * What a file of results becomes when some of its scenarios are measured anew: theirs take the place of what there was,
 * with their rows of what was promised, and the others stay as they are.
 * @param before '' where there is no file yet
 */
export function merged(before: string, now: string): string {
  if (before === '') return now;
  const [sections, fresh] = [sectionsOf(before), sectionsOf(now)];
  const promised = withRows(sections.get(PROMISED), fresh.get(PROMISED));
  for (const [heading, section] of fresh) sections.set(heading, section);
  sections.delete(PROMISED);
  return `${[...sections.values(), ...(promised === undefined ? [] : [promised])].map((section) => section.trimEnd()).join('\n\n')}\n`;
}

/** By heading, in their order; what stands above the first is one, too. */
function sectionsOf(markdown: string): Map<string, string> {
  const sections = markdown.split(/^(?=### )/m).map((section): [string, string] => {
    const [heading = ''] = section.split('\n');
    return [heading, section];
  });
  return new Map(sections);
}

function withRows(before: string | undefined, now: string | undefined): string | undefined {
  if (before === undefined || now === undefined) return now ?? before;
  const rows = new Map(now.split('\n').map((line) => [nameOf(line), line]));
  const known = before.split('\n').map((line) => {
    const row = rows.get(nameOf(line)) ?? line;
    rows.delete(nameOf(line));
    return row;
  });
  return [...known.filter((line) => line !== ''), ...[...rows.values()].filter((line) => line !== '')].join('\n').replace('\n|', '\n\n|');
}

/** Of a row its first cell; all of a line that has none. */
function nameOf(line: string): string {
  const [, cell = ''] = /^\| *([^|]*?) *\|/.exec(line) ?? [];
  return cell === '' ? line : cell;
}
