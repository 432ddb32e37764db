const longest = 300;
/** What is looked at: more than is kept, since what is taken out makes it shorter. */
const LOOKED_AT = 4 * longest;
/** Shorter parts of a text are words that anybody may use. */
const SHORTEST_QUOTE = 12;

/** A vendor's words without keys, without links, without what the request said, and short. */
export function redact(message: string, secrets: readonly (string | undefined)[]): string {
  // Links first: what is written out in them may have spaces, and would end them.
  let clean = withoutLinks(writtenOut(withoutLinks(message)));
  for (const secret of secrets) {
    if (secret === undefined || secret.length < 4) continue;
    clean = clean.replaceAll(secret, '***');
    // Vendors like to repeat the ends of a key: "Incorrect API key provided: sk-ab***yz".
    if (secret.length >= 12) clean = clean.replaceAll(partOf(secret), '***');
  }
  clean = inOneLine(clean).trim().slice(0, LOOKED_AT);
  for (const secret of secrets) {
    if (secret === undefined) continue;
    const said = inOneLine(secret);
    // In queries a space is a plus.
    clean = withoutQuotes(withoutQuotes(clean, said), said.replaceAll(' ', '+'));
  }
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}

/** Its beginning up to asterisks, and what follows. Nobody shows more of a key than there is; to look farther takes the square of a long message. */
function partOf(secret: string): RegExp {
  return new RegExp(`${escaped(secret.slice(0, 4))}[^\\s"']{0,${secret.length}}\\*+[^\\s"']*`, 'gu');
}

function withoutLinks(message: string): string {
  // No name of a protocol is longer; to look for the end of any takes the square of a long message.
  return message.replaceAll(/[a-z][a-z0-9+.-]{0,31}:\/\/[^\s"'<>)]+/giu, '(link)');
}

function inOneLine(message: string): string {
  return message.replaceAll(/[\p{Cc}\s]+/gu, ' ');
}

/** What vendors quote may be as it stood in an address (`%20`) or in JSON (`\u0020`). */
function writtenOut(message: string): string {
  return message
    .replaceAll(/\\u([0-9a-f]{4})/giu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/(?:%[0-9a-f]{2})+/giu, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'));
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
