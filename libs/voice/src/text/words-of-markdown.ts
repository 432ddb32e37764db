import { Lexer, type Token, type Tokens, type TokensList } from 'marked';
import { withoutEntities } from './characters-of-html.js';
import { withoutBold, withoutFalseEmphasis } from './emphasis.js';

/** Characters of a paragraph that are read at once. */
const READ_AT_ONCE = 2000;
/** Lists and quotations within each other: all of the rest is looked through for each. Nobody writes more. */
const DEEPEST = 50;

/**
 * Looks for the ends of emphasis, links and addresses nearby: in all of a paragraph that takes the square of its length, half a
 * minute for 100 000 characters made for it.
 */
class NearbyLexer extends Lexer {
  #depth = 0;

  override blockTokens(source: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList;
  override blockTokens(source: string, tokens?: Token[] | TokensList, lastParagraphClipped?: boolean): Token[] {
    if (++this.#depth > DEEPEST) throw new RangeError('It is nested too deeply.');
    const read = super.blockTokens(source, tokens, lastParagraphClipped);
    this.#depth -= 1;
    return read;
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    let rest = source;
    while (rest.length > READ_AT_ONCE) {
      const end = endOfSentence(rest.slice(0, READ_AT_ONCE));
      super.inlineTokens(rest.slice(0, end), tokens);
      rest = rest.slice(end);
    }
    return super.inlineTokens(rest, tokens);
  }
}

/** Behind the last sentence, else the last word. */
function endOfSentence(text: string): number {
  const sentences = /^[^]*(?:[.!?]\s|\n)/u.exec(text) ?? /^[^]*\s/u.exec(text);
  return sentences?.[0].length ?? text.length;
}

/** The words of markdown, block by block. What is nested too deeply for it is no markdown that anybody wrote, and stays as it is. */
export function wordsOfMarkdown(text: string): string {
  try {
    const readable = [
      withoutThoughts,
      withoutFrontMatter,
      withRaisedNumbers,
      withoutFalseEmphasis,
      withoutFalseSigns,
      withoutNoteSigns,
      withCallouts,
      withoutBold,
    ].reduce((read, without) => without(read), text);
    return withoutEntities(plainText(new NearbyLexer().lex(readable)));
  } catch (error) {
    if (error instanceof RangeError) return text;
    throw error;
  }
}

/** What models of language say to themselves first; a text about such tags does not begin with one. */
const THOUGHTS = /^\s*(?:<(think(?:ing)?|thought|reasoning)>[^]*?<\/\1>|\[(THINK)\][^]*?\[\/\2\])/i;
/** Servers that write the first tag themselves, into the question, leave only the last, on a line of its own. */
const REST_OF_THOUGHTS = /^(?:(?!<think|```)[^])*?\n<\/think>[ \t]*(?:\n|$)/;

function withoutThoughts(text: string): string {
  return text.replace(THOUGHTS, '').replace(REST_OF_THOUGHTS, '');
}

/**
 * What a document says about itself to programs: keys in small letters, which a text between two lines does not begin with.
 * The signs before a line can be read in one way only: with two for each line, twenty without an end would take for ever.
 */
const FRONT_MATTER = /^\s*---[ \t]*\n(?:[a-z][\w-]*:(?:[ \t][^\n]*)?\n(?:(?:[ \t]|-[ \t])[^\n]*\n)*)+---[ \t]*(?:\n|$)/;

function withoutFrontMatter(text: string): string {
  return text.replace(FRONT_MATTER, '');
}

/** Without its tags `10<sup>9</sup>` would be 109. */
const RAISED = /(?<=[\p{L}\p{N})])<sup>([-−+]?[0-9]{1,4})<\/sup>/giu;
const RAISED_SIGNS: Readonly<Record<string, string>> = { '-': '⁻', '−': '⁻', '+': '⁺', '1': '¹', '2': '²', '3': '³' };

function withRaisedNumbers(text: string): string {
  const raised = (sign: string) => RAISED_SIGNS[sign] ?? String.fromCodePoint(0x20_70 + Number(sign));
  return text.replaceAll(RAISED, (_, number: string) => Array.from(number, (sign) => raised(sign)).join(''));
}

/** A note is spoken where it stands; what points to it, and its own sign, are for the eye. What is in code stays. */
const CODE_OR_NOTE_SIGN =
  /(`+[^`\n]*`+)|^ {0,3}\[\^[\w-]{1,40}\]:[ \t]*|\[\^\d{1,3}\]|(\[\^[\w-]{1,40}\])|【\d[\d:]{0,9}†[^【】\n]{0,200}】/gm;
const NOTE = /^ {0,3}(\[\^[\w-]{1,40}\]):/gm;

function withoutNoteSigns(text: string): string {
  // A name points to a note that there is; else it may be an expression such as [^a-z].
  const notes = new Set([...text.matchAll(NOTE)].map(([, name]) => name));
  return text.replaceAll(CODE_OR_NOTE_SIGN, (_, code: string = '', name: string = '') => code + (notes.has(name) ? '' : name));
}

/** `> [!NOTE]` is shown as its word, or as the title behind it. */
const CALLOUT = /^( {0,3}> ?)\[!([a-z])([a-z]{1,20})\][+-]?[ \t]*(?=(\S)?)/gim;

function withCallouts(text: string): string {
  return text.replaceAll(CALLOUT, (_, quotes: string, first: string, others: string, title?: string) =>
    title === undefined ? `${quotes}${first.toUpperCase()}${others.toLowerCase()}:` : quotes,
  );
}

/** Within a word a tilde says "to", as in `20~25度，30~35度`: what is struck out has two. */
const OF_RANGE = /(?<=[^\s~])~(?=[^\s~])/gu;

/** A name, and perhaps words behind it: so look tags without values, `<your name>` and `List<Integer>`. */
const PERHAPS_TAG = /<([a-z][\w-]*)((?:\s[^<>=]*)?)>/gi;
const CLOSING_TAG = /<\/([a-z][\w-]*)\s*>/gi;

function withoutFalseSigns(text: string): string {
  const counted = text.replaceAll(OF_RANGE, '&#126;');
  const closed = new Set([...counted.matchAll(CLOSING_TAG)].map(([, name]) => name?.toLowerCase()));
  return counted.replaceAll(PERHAPS_TAG, (tag: string, written: string, rest: string) => {
    const name = written.toLowerCase();
    // "a<b and c>d" compares.
    const compares = name.length === 1 && rest.trim() !== '';
    const known = !compares && (OF_WORDS.has(name) || OF_LINES.has(name) || MAY_STAY_OPEN.has(name));
    return known || closed.has(name) || rest.endsWith('/') ? tag : `&lt;${written}${rest}&gt;`;
  });
}

function plainText(tokens: readonly Token[]): string {
  return tokens.map((token) => blockText(token)).join('');
}

const ADDRESS = /[/#]|^mailto:|[\p{L}\p{N}]\.[\p{L}\p{N}]/u;

function blockText(token: Token): string {
  switch (token.type) {
    case 'code':
      return codeText(token as Tokens.Code);
    case 'list':
      return listText(token as Tokens.List);
    case 'blockquote':
      return plainText((token as Tokens.Blockquote).tokens);
    case 'table':
      return tableText(token as Tokens.Table);
    case 'hr':
      return '\n';
    case 'checkbox':
      return '';
    case 'def':
      // "[Anna]: Hello" in a dialogue has the form of a link's address.
      return ADDRESS.test(String(token['href'])) ? '\n' : `${token.raw}\n`;
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
  if (token.type === 'checkbox') return '';
  if (token.type === 'html') return withoutTags(token.raw);
  if ('tokens' in token && token.tokens !== undefined) return inlineTexts(token.tokens);
  return 'text' in token ? String(token.text) : token.raw;
}

function codeText({ raw, text, lang = '', codeBlockStyle }: Tokens.Code): string {
  // Only a fence says "this is code": text that happens to be indented is still text.
  if (codeBlockStyle === 'indented') return `${text}\n`;
  // A fence that names no language and does not end is one too many, as behind a block of code within another.
  return lang === '' && !hasEnd(raw) ? plainText(new NearbyLexer().lex(text)) : '\n';
}

function hasEnd(fenced: string): boolean {
  const [opening = '', ...lines] = fenced.trimEnd().split('\n');
  const [fence = ''] = /[`~]+/.exec(opening) ?? [];
  const lastLine = lines.at(-1)?.trim() ?? '';
  return lastLine.startsWith(fence) && /^[`~]+$/.test(lastLine);
}

const HIDES = /^<(\/?)(script|style)\b/i;

/** What stands between the tags of a script or of styles is for no reader; without an end they hide nothing. */
function inlineTexts(tokens: readonly Token[]): string {
  const tags = tokens.map((token) => (token.type === 'html' ? HIDES.exec(token.raw) : null));
  const ends = new Map(tags.flatMap((tag, index) => (tag?.[1] === '/' ? [[tag[2]?.toLowerCase(), index] as const] : [])));
  let text = '';
  let hiding: string | undefined;
  for (const [index, token] of tokens.entries()) {
    const [, slash, tag] = tags[index] ?? [];
    const name = tag?.toLowerCase();
    if (hiding !== undefined) {
      if (slash === '/' && name === hiding) hiding = undefined;
    } else if (slash === '' && (ends.get(name) ?? -1) > index) {
      hiding = name;
      text += ' ';
    } else text += inlineText(token);
  }
  return text;
}

function listText(list: Tokens.List): string {
  const written = list.items.map((item) => Number.parseInt(item.raw, 10));
  const [first = 1] = written;
  // Only 0 or 1 before every item asks to be counted on.
  const counted = first <= 1 && written.every((number) => number === first);
  // Others are kept: "3. Mai" and "10. Mai" are a list to markdown, and dates to their author.
  const numbers = written.map((number, index) => (counted ? first + index : number));
  return list.items.map((item, index) => `${list.ordered ? `${numbers[index]}. ` : ''}${plainText(item.tokens)}\n`).join('');
}

/** In a cell of its own an emoji is the answer: as a sign it stays when emoji are left out. */
function saidBySign(text: string): string {
  if (/^\s*[✅✔☑]\uFE0F?\s*$/u.test(text)) return '✓';
  return /^\s*[❌✖❎]\uFE0F?\s*$/u.test(text) ? '✗' : text;
}

function tableText(table: Tokens.Table): string {
  // An empty cell says nothing, and its comma neither.
  const row = (cells: readonly Tokens.TableCell[]) => {
    const texts = cells.map((cell) => saidBySign(inlineTexts(cell.tokens)));
    return texts.filter((text) => text.trim() !== '').join(', ');
  };
  return `${[table.header, ...table.rows].map((cells) => row(cells)).join('\n')}\n`;
}

/**
 * A sign such as the one in "a < b" is none. Values in quotes may have a ">". The name is all of it: the rest would be looked
 * through anew behind each of its letters.
 */
const TAG = /<[!?/]?([a-z][a-z0-9]*)(?![a-z0-9])(?:(?:[^<>=]|=(?!["'])|="[^"<]*"|='[^'<]*')*|[^<>]*)>/gi;
/** Tags that may stand within a word. */
const OF_WORDS = new Set(['b', 'big', 'del', 'em', 'font', 'i', 'ins', 'mark', 'small', 'strong', 'sub', 'sup', 'u', 'wbr']);
const OF_LINES = new Set('blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol option p pre section summary table tr ul'.split(' '));
/** Others of HTML and SSML that may be there without being closed. */
const MAY_STAY_OPEN = new Set('a body break head html img input script span speak style tbody td tfoot th thead think video'.split(' '));

function withoutTags(html: string): string {
  const shown = [
    { begins: '<!--', ends: '-->' },
    { begins: '<style', ends: '</style>' },
    { begins: '<script', ends: '</script>' },
  ].reduce((text, { begins, ends }) => withoutHidden(text, begins, ends), html);
  return shown.replaceAll(TAG, (_, name: string) => {
    const tag = name.toLowerCase();
    return OF_WORDS.has(tag) ? '' : OF_LINES.has(tag) ? '\n' : ' ';
  });
}

/** Nothing is looked for behind the last place where it could end: from each of its beginnings that would be all of the rest. */
function withoutHidden(text: string, begins: string, ends: string): string {
  const end = text.lastIndexOf(ends) + ends.length;
  if (end < ends.length) return text;
  return text.slice(0, end).replaceAll(new RegExp(`${begins}[^]*?${ends}`, 'g'), ' ') + text.slice(end);
}
