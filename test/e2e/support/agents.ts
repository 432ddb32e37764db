import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A turn as the gateway tells of it. */
export interface TurnAnswer {
  status: number;
  transcript: { text: string; language: string | null; duration: number } | null;
  text: string | null;
  audio: { url: string; format: string; file: { id: string } } | null;
  error: { message: string; code: string | null } | null;
  repeated: boolean;
  reply: { speak: boolean } | null;
  usage: { transcription: object | null; models: { provider: string; model: string }[]; speech: object | null };
  history: { role: string; text: string; voice: boolean; fileIds: string[] }[];
  warnings: { code: string }[];
}

/** Sends one message: a recording where there are bytes, else a text. */
export async function send(
  { url }: { url: string },
  agent: string,
  message: { audio: Uint8Array<ArrayBuffer> } | { text: string },
  fields: Readonly<Record<string, string>> = {},
): Promise<TurnAnswer> {
  const init = 'audio' in message ? { body: formOf(message.audio, fields) } : jsonOf({ ...message, ...fields });
  const response = await fetch(`${url}/v1/agents/${agent}/turns`, { method: 'POST', ...init });
  return { status: response.status, ...((await response.json()) as Omit<TurnAnswer, 'status'>) };
}

/** Files of agents that a test writes; they lie in a directory of their own. */
export class AgentDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'parlance-agents-'));

  /** @param agent JSON; a string is written as it is */
  write(file: string, agent: object | string): void {
    writeFileSync(join(this.path, file), typeof agent === 'string' ? agent : JSON.stringify(agent));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function formOf(audio: Uint8Array<ArrayBuffer>, fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([audio]), 'message.wav');
  return form;
}

function jsonOf(body: object) {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
