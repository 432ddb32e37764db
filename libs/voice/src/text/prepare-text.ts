import { InvalidRequestError, TooLargeError } from '@parlance/contracts';
import { marked, type Token, type Tokens } from 'marked';

/** What is taken out of a text, or put in its place, before it is spoken. */
export interface TextPreparation {
  /** Read markdown as its text: no asterisks, no table bars, fenced code left out. Default true. */
  markdown?: boolean;
  /** Leave out bare web addresses. Default true. */
  links?: boolean;
  /** Leave out emoji. Default true. */
  emoji?: boolean;
  /** Written form -> spoken form, e.g. `{ "SQL": "sequel" }`; whole words, letter case counts. */
  pronunciations?: Readonly<Record<string, string>>;
}

// Built from a string: the `v` flag is known to Node 20 but not to the compiler's target.
const emoji = new RegExp(String.raw`\p{RGI_Emoji}`, 'gv');
const webAddress = /\bhttps?:\/\/[^\s<>()]+/giu;
const unspeakableControls = /(?![\n\t])\p{Cc}|\p{Cs}|\p{Co}|[\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Plain speakable text: NFC, one space between words, one line break between paragraphs.
 * @param limit the most characters (code points) taken
 * @throws TooLargeError; InvalidRequestError when nothing speakable is left
 */
export function prepareText(text: string, limit: number, preparation: TextPreparation = {}): string {
  if (codePoints(text) > limit) {
    throw new TooLargeError(`The text is longer than the ${limit} characters that are taken. Shorten it or send it in parts.`, 'input');
  }
  const { markdown = true, links = true, emoji: withoutEmoji = true, pronunciations = {} } = preparation;
  let prepared = text.replaceAll('\r\n', '\n').replaceAll(unspeakableControls, '');
  if (markdown) prepared = withoutEntities(plainText(marked.lexer(prepared)));
  if (links) prepared = prepared.replaceAll(webAddress, ' ');
  if (withoutEmoji) prepared = prepared.replaceAll(emoji, ' ');
  prepared = pronounce(prepared, pronunciations)
    .normalize('NFC')
    .split('\n')
    .map((line) => line.replaceAll(/\s+/gu, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
  if (!/[\p{L}\p{N}]/u.test(prepared)) {
    throw new InvalidRequestError('There is nothing to speak in the text: it needs at least one letter or digit.', 'input');
  }
  return prepared;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function pronounce(text: string, pronunciations: Readonly<Record<string, string>>): string {
  let spoken = text;
  for (const [written, said] of Object.entries(pronunciations)) {
    const escaped = written.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    spoken = spoken.replaceAll(new RegExp(String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{L}\p{N}])`, 'gu'), () => said);
  }
  return spoken;
}

/** The words of markdown, block by block. */
function plainText(tokens: readonly Token[]): string {
  return tokens.map((token) => blockText(token)).join('');
}

function blockText(token: Token): string {
  switch (token.type) {
    case 'code':
      // Only a fence says "this is code": text that happens to be indented is still text.
      return token['codeBlockStyle'] === 'indented' ? `${String(token['text'])}\n` : '\n';
    case 'list':
      return listText(token as Tokens.List);
    case 'table':
      return tableText(token as Tokens.Table);
    case 'hr':
    case 'def':
      return '\n';
    case 'space':
      return token.raw;
    case 'html':
      return withoutTags(token.raw);
    default:
      return `${inlineText(token)}\n`;
  }
}

function inlineText(token: Token): string {
  if (token.type === 'br') return '\n';
  if (token.type === 'html') return withoutTags(token.raw);
  if ('tokens' in token && token.tokens !== undefined) return token.tokens.map((child: Token) => inlineText(child)).join('');
  return 'text' in token ? String(token.text) : token.raw;
}

function listText(list: Tokens.List): string {
  const first = typeof list.start === 'number' ? list.start : 1;
  // The numbers are kept: "1984. A year." is a list to markdown and a sentence to its author.
  return list.items.map((item, index) => `${list.ordered ? `${first + index}. ` : ''}${plainText(item.tokens)}\n`).join('');
}

function tableText(table: Tokens.Table): string {
  const row = (cells: readonly Tokens.TableCell[]) =>
    cells.map((cell) => cell.tokens.map((token) => inlineText(token)).join('')).join(', ');
  return `${[table.header, ...table.rows].map((cells) => row(cells)).join('\n')}\n`;
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ' };

function withoutEntities(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity);
}

function withoutTags(html: string): string {
  return html.replaceAll(/<!--[\s\S]*?-->|<[^>]*>/g, ' ');
}
