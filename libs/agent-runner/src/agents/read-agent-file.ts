import { constants, open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { MAXIMUM_FILE_BYTES, parseAgentFile } from './parse-agent-file.js';
import { readAgent, type AgentContext, type ReadAgent } from './read-agent.js';

/** An agent in a file; its id, where it has none itself, is the name of the file. Never rejects. */
export async function readAgentFile(path: string, context: AgentContext = {}): Promise<ReadAgent> {
  const found = await readText(path);
  return 'problem' in found ? { problems: [found.problem] } : readAgentText(found.text, path, context);
}

export function readAgentText(text: string, path: string, context: AgentContext = {}): ReadAgent {
  const extension = extname(path);
  const parsed = parseAgentFile(text, extension);
  if ('problem' in parsed) return { problems: [parsed.problem] };
  return readAgent(parsed.value, { ...context, source: 'file', id: basename(path, extension) });
}

/** The problem says nothing of what is in it. */
export async function readText(path: string): Promise<{ text: string } | { problem: string }> {
  try {
    // A pipe would be waited for until somebody writes into it, and all other files with it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile()) return { problem: 'it is no file' };
      if (found.size > MAXIMUM_FILE_BYTES) return { problem: 'it is larger than 1 MiB' };
      return { text: await file.readFile('utf8') };
    } finally {
      await file.close();
    }
  } catch {
    return { problem: 'it cannot be read' };
  }
}
