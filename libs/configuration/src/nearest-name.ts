/** The name that is most likely meant. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  return namePartly(given, names) ?? nameWithFewestChanges(given, names);
}

/** `PARLANCE_CONFIG` is `PARLANCE_CONFIG_FILE`, where nothing else begins so, and `PARLANCE_PORT` is `PORT`. */
function namePartly(given: string, names: readonly string[]): string | undefined {
  const longer = names.filter((name) => name.startsWith(`${given}_`));
  return longer.length === 1 ? longer[0] : names.find((name) => given.endsWith(`_${name}`));
}

/** If that is at most a third of the given one. */
function nameWithFewestChanges(given: string, names: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(given, name);
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  return best !== undefined && best.distance <= given.length / 3 ? best.name : undefined;
}

/** Levenshtein's distance. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const change = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
