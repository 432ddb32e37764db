import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AbortedError,
  ParlanceError,
  throwIfAborted,
  TimeLimit,
  type RecordingFormat,
  type TranscriptionRequest,
} from '@parlance/contracts';
import { field, textField } from '../http/json-fields.js';
import { callGoogle, googleJson, type GoogleConnection } from './google.connection.js';
import type { GoogleOptions } from './google.options.js';

export interface LongRecordingSettings extends Pick<GoogleOptions, 'operationMilliseconds' | 'pollMilliseconds'> {
  bucket: string;
  transcriptionUrl: string;
  storageUrl: string;
}

/** How long the removal of the recording may take after all is over, also after the caller has left. */
const cleaningMilliseconds = 10_000;

const mediaTypes: Readonly<Partial<Record<RecordingFormat, string>>> = {
  wav: 'audio/wav',
  flac: 'audio/flac',
  'ogg-opus': 'audio/ogg',
  webm: 'audio/webm',
  amr: 'audio/amr',
};

/**
 * `speech:longrunningrecognize`: Google takes more than a minute from Cloud Storage only, so the recording is laid
 * there, and taken away whatever happens. Resolves with the operation's `response`.
 */
export async function recogniseLong(
  connection: GoogleConnection,
  settings: LongRecordingSettings,
  { recording }: TranscriptionRequest,
  config: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<unknown> {
  throwIfAborted(signal);
  const { bucket, storageUrl, operationMilliseconds } = settings;
  const limit = new TimeLimit(signal, operationMilliseconds);
  const name = `parlance/${randomUUID()}`;
  const place = `${storageUrl}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  try {
    const upload = `${storageUrl}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
    const bytes = { content: recording.bytes, type: mediaTypes[recording.format] ?? 'application/octet-stream' };
    await callGoogle(connection, { method: 'POST', url: upload, bytes }, limit.signal);
    return await operate(connection, settings, { config, audio: { uri: `gs://${bucket}/${name}` } }, limit.signal);
  } catch (error) {
    if (signal.aborted) throw new AbortedError(signal.reason);
    if (limit.isOver) throw tooSlow(connection.name);
    throw error;
  } finally {
    limit.unlink();
    await remove(connection, place);
  }
}

async function operate(
  connection: GoogleConnection,
  { transcriptionUrl, pollMilliseconds }: LongRecordingSettings,
  json: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const start = { method: 'POST', url: `${transcriptionUrl}/v1/speech:longrunningrecognize`, json } as const;
  let operation = googleJson(connection, await callGoogle(connection, start, signal), []);
  const name = textField(operation, 'name');
  if (name === undefined || !/^[\w/-]+$/.test(name)) {
    throw new ParlanceError('server', `${connection.name} did not say where its answer will be.`, { provider: connection.name });
  }
  while (field(operation, 'done') !== true) {
    await pause(pollMilliseconds, undefined, { signal });
    const look = { method: 'GET', url: `${transcriptionUrl}/v1/operations/${name}` } as const;
    operation = googleJson(connection, await callGoogle(connection, look, signal), []);
  }
  return operation['response'];
}

/** What cannot be removed is left: the bucket's own rules on age are there for that. */
async function remove(connection: GoogleConnection, url: string): Promise<void> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), cleaningMilliseconds);
  try {
    await callGoogle(connection, { method: 'DELETE', url }, limit.signal).catch(() => undefined);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(provider: string): ParlanceError {
  return new ParlanceError('timeout', `${provider} did not finish the recording in time. Send it in parts.`, { provider });
}
