const longest = 300;
/** What is looked at: more than is kept, since what is taken out makes it shorter. */
const LOOKED_AT = 4 * longest;
/** Shorter parts of a text are words that anybody may use. */
const SHORTEST_QUOTE = 12;

/** A vendor's words without keys, without links, without what the request said, and short. */
export function redact(message: string, secrets: readonly (string | undefined)[]): string {
  let clean = message;
  for (const secret of secrets) {
    if (secret === undefined || secret.length < 4) continue;
    clean = clean.replaceAll(secret, '***');
    // Vendors like to repeat the ends of a key: "Incorrect API key provided: sk-ab***yz".
    if (secret.length >= 12) clean = clean.replaceAll(new RegExp(`${escaped(secret.slice(0, 4))}[^\\s"']*\\*+[^\\s"']*`, 'gu'), '***');
  }
  clean = clean
    .replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)]+/giu, '(link)')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, LOOKED_AT);
  for (const secret of secrets) if (secret !== undefined) clean = withoutQuotes(clean, secret.replaceAll(/[\p{Cc}\s]+/gu, ' '));
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}

/** Vendors like to repeat the part of a text that they could not read. */
function withoutQuotes(message: string, text: string): string {
  let clean = '';
  for (let at = 0; at < message.length;) {
    const end = endOfQuote(message, at, text);
    clean += end > at ? '***' : message.charAt(at);
    at = Math.max(end, at + 1);
  }
  return clean;
}

/** Where that begins at `start`, else `start`. */
function endOfQuote(message: string, start: number, text: string): number {
  let end = start + SHORTEST_QUOTE;
  if (end > message.length || !text.includes(message.slice(start, end))) return start;
  while (end < message.length && text.includes(message.slice(start, end + 1))) end++;
  return end;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
