const PROMISED = '### What was promised';

/**
 * What a file of results becomes when some of its scenarios are measured anew: theirs take the place of what there was,
 * with their rows of what was promised, and the others stay as they are.
 * @param before '' where there is no file yet
 */
export function merged(before: string, now: string): string {
  if (before === '') return now;
  const [known, fresh] = [sectionsOf(before), sectionsOf(now)];
  const promised = withRows(known.get(PROMISED), fresh.get(PROMISED));
  // What is set again keeps its place.
  const sections = new Map([...known, ...fresh]);
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
  const linesOf = (section: string) =>
    new Map(
      section
        .trimEnd()
        .split('\n')
        .map((line) => [nameOf(line), line]),
    );
  return [...new Map([...linesOf(before), ...linesOf(now)]).values()].join('\n');
}

/** Of a row its first cell; all of a line that has none. */
function nameOf(line: string): string {
  const [, cell = ''] = /^\| *([^|]*?) *\|/.exec(line) ?? [];
  return cell === '' ? line : cell;
}
