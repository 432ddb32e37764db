import { pathOf } from '@parlance/agent-runner';
import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { ConfigurationError } from './configuration-error.js';

/** What a YAML text holds. */
export interface YamlContent {
  /** `undefined` for an empty one. */
  value: unknown;
  /** The line of what a problem begins with the path of: `providers[0].name must be ...`. */
  lineOf: (problem: string) => number | undefined;
}

/** Why a text cannot be read; nothing of the text is in it. */
export interface YamlProblem {
  problem: string;
  line?: number;
}

/** A file of settings, and where in it something stands. */
export interface YamlFile {
  value: unknown;
  /** A problem that begins with a path, with file and line before it: `keys.yaml:3: [0].hash must be ...`. */
  located: (problem: string) => string;
}

/** @throws ConfigurationError naming the file, the line and what is wrong */
export function readYamlFile(file: string): YamlFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigurationError([`${file}: it cannot be read`]);
  }
  const read = parseYaml(text);
  if ('problem' in read) throw new ConfigurationError([locate(file, read.line, read.problem)]);
  return { value: read.value, located: (problem) => locate(file, read.lineOf(problem), problem) };
}

/** Never throws. */
export function parseYaml(text: string): YamlContent | YamlProblem {
  const lines = new LineCounter();
  // A byte order mark, which editors of Windows put at the beginning, would count as a character of the first line.
  const plain = text.replace(/^\uFEFF/, '');
  // Its warnings would be written to standard error, with pieces of the text.
  const document = parseDocument(plain, { lineCounter: lines, logLevel: 'error', merge: true });
  const [error] = document.errors;
  // The parser's own message has a piece of the text in it, too.
  if (error !== undefined) {
    return {
      problem: `it is not valid YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`,
      line: error.linePos?.[0].line ?? 1,
    };
  }
  try {
    const value = (document.toJS() as unknown) ?? undefined;
    // An anchor that holds itself makes a value without an end.
    JSON.stringify(value);
    return { value, lineOf: (problem) => lineOf(problem, linesOf(document, lines)) };
  } catch {
    return { problem: 'it is not valid YAML: an alias (*name) or a merge (<<) stands for nothing, or for too much' };
  }
}

function locate(file: string, line: number | undefined, problem: string): string {
  return `${file}:${line === undefined ? '' : `${line}:`} ${problem}`;
}

/** That of the longest path, because the problem may be about something that is not there. */
function lineOf(problem: string, lines: ReadonlyMap<string, number>): number | undefined {
  const text = problem.replace(/^'/, '');
  const found = [...lines].filter(([path]) => text.startsWith(path) && /^(?:[ .:[']|$)/.test(text.slice(path.length)));
  return found.toSorted(([one], [other]) => other.length - one.length)[0]?.[1];
}

/** Where each value stands, by its path. */
function linesOf(document: Document, counter: LineCounter): Map<string, number> {
  const lines = new Map<string, number>();
  const waiting: { node: unknown; path: string }[] = [{ node: document.contents, path: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, path } = next;
    const parts = isMap(node)
      ? node.items.map(({ key, value }) => ({ at: key, node: value, path: pathOf(path, isScalar(key) ? String(key.value) : '?') }))
      : isSeq(node)
        ? node.items.map((item, index) => ({ at: item, node: item, path: `${path}[${index}]` }))
        : [];
    for (const { at, ...part } of parts) {
      const start = (at as { range?: readonly number[] | null } | null)?.range?.[0];
      if (start !== undefined) lines.set(part.path, counter.linePos(start).line);
      waiting.push(part);
    }
  }
  return lines;
}
