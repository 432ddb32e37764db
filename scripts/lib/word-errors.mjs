/** Words of a sentence as they are compared: lower case, without punctuation. */
export function words(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu) ?? [];
}

/** How many words must be put in, left out or replaced to make one of the other. */
export function countWordErrors(said, heard) {
  const [reference, hypothesis] = [words(said), words(heard)];
  let row = hypothesis.map((_word, index) => index + 1);
  row.unshift(0);
  for (const [index, word] of reference.entries()) {
    const next = [index + 1];
    for (const [column, other] of hypothesis.entries()) {
      next.push(Math.min(row[column] + (word === other ? 0 : 1), row[column + 1] + 1, next[column] + 1));
    }
    row = next;
  }
  return row.at(-1);
}
