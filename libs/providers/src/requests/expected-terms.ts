/** The words and short phrases of a prompt, for vendors that take those and not a sentence about them. */
export function expectedTerms(prompt: string | undefined): string[] {
  return (prompt ?? '')
    .split(/[,;\n]+/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}
