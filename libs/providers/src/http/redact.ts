const longest = 300;

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
    .trim();
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
