/**
 * Word errors (substitutions, insertions, deletions) per word of the reference, after lower-casing and leaving out
 * punctuation; digits stay digits. 0 is perfect; it may be over 1.
 */
export function wordErrorRate(reference: string, hypothesis: string): number {
  const expected = wordsOf(reference);
  const heard = wordsOf(hypothesis);
  if (expected.length === 0) return heard.length === 0 ? 0 : 1;
  return editDistance(expected, heard) / expected.length;
}

function wordsOf(text: string): string[] {
  const plain = text.toLowerCase().replaceAll(/['’]/gu, '');
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

function editDistance(expected: readonly string[], heard: readonly string[]): number {
  let previous = Array.from({ length: heard.length + 1 }, (_, index) => index);
  for (const [row, word] of expected.entries()) {
    const current = [row + 1];
    for (const [column, other] of heard.entries()) {
      const substituted = (previous[column] ?? 0) + (word === other ? 0 : 1);
      const deleted = (previous[column + 1] ?? 0) + 1;
      const inserted = (current[column] ?? 0) + 1;
      current.push(Math.min(substituted, deleted, inserted));
    }
    previous = current;
  }
  return previous[heard.length] ?? 0;
}
