import { Problem } from './project.mjs';

const WIDTH = 100;

/**
 * A text with new content between `<!-- generated: NAME -->` and the next `<!-- /generated -->`.
 * @param {string} text
 * @param {string} name
 * @param {string} content
 */
export function withGenerated(text, name, content) {
  const begin = `<!-- generated: ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf('<!-- /generated -->', from);
  if (from === -1 || to === -1) throw new Problem(`There is no ${begin} with an end, <!-- /generated -->.`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/**
 * The variables as tables, one for each class, with its heading.
 * @param {readonly { title: string, variables: readonly { name: string, description: string, default: string }[] }[]} groups
 */
export function variableTables(groups) {
  return groups
    .map(({ title, variables }) => {
      const rows = variables.map(({ name, description, default: value }) => [code(name), value === '' ? '' : code(value), description]);
      return `### ${title}\n\n${markdownTable([['variable', 'default', 'meaning'], ...rows])}`;
    })
    .join('\n\n');
}

/**
 * The fields of a file as a table.
 * @param {readonly { name: string, description: string }[]} fields
 */
export function fieldTable(fields) {
  return markdownTable([['field', 'meaning'], ...fields.map(({ name, description }) => [code(name), description])]);
}

/**
 * A file of variables to be filled in: each commented out, with its default.
 * @param {Parameters<typeof variableTables>[0]} groups
 * @param {readonly { name: string, needs: readonly string[], variables: readonly string[] }[]} accounts
 */
export function environmentFile(groups, accounts) {
  const heading = [
    'Every variable that Parlance reads, with its default. This file is written by `npm run docs`, from libs/configuration.',
    'Copy it to .env and take the # away from what you set. Nothing reads .env by itself; this does:',
    '  node --env-file=.env scripts/start.mjs --no-demo',
    '`npm run --silent parlance -- config check` says whether all of it can be used.',
  ];
  const variables = groups.map(({ title, variables: listed }) => section(title, listed.map(variableLines)));
  const ofVendors = accounts.map(({ name, needs, variables: names }) => [
    comment(`The account ${name}: needs ${needs.join(' and ')}.`),
    ...names.map((variable) => `#${variable}=`),
  ]);
  return `${[heading.map((line) => `# ${line}`).join('\n'), ...variables, section('Provider accounts: docs/providers.md', ofVendors)].join('\n\n')}\n`;
}

/** @param {{ name: string, description: string, default: string }} variable */
function variableLines({ name, description, default: value }) {
  return [comment(description), `#${name}=${value}`];
}

/** @param {string} title @param {readonly (readonly string[])[]} parts */
function section(title, parts) {
  return [`# ----- ${title} -----`, ...parts.map((lines) => lines.join('\n'))].join('\n\n');
}

/** Words in lines of comment. @param {string} text */
function comment(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (lines[last].length + word.length + 1 > WIDTH) lines.push(word);
    else lines[last] = lines[last] === '' ? word : `${lines[last]} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}

/** @param {readonly (readonly string[])[]} rows the first is the heading */
function markdownTable([heading, ...rows]) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text) {
  return `\`${text}\``;
}
