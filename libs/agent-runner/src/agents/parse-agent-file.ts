import { parse, YAMLParseError } from 'yaml';

export const MAXIMUM_FILE_BYTES = 1024 * 1024;

/** What a file holds; the problem says where it breaks off, and none of its text. */
export function parseAgentFile(text: string, extension: string): { value: unknown } | { problem: string } {
  if (extension === '.json') return parseJson(text);
  try {
    return { value: parse(text, { logLevel: 'error', merge: true }) as unknown };
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    return { problem: line === undefined ? 'it is not valid YAML' : `it is not valid YAML: look at line ${line}` };
  }
}

function parseJson(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
  } catch {
    return { problem: 'it is not valid JSON' };
  }
}
