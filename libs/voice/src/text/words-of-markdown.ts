import { marked, type Token, type Tokens } from 'marked';

/** The words of markdown, block by block. */
export function wordsOfMarkdown(text: string): string {
  return withoutEntities(plainText(marked.lexer(text)));
}

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
