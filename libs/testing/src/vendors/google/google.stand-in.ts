import { jsonBody, MalformedRequestError, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { expectAccess, GoogleAccount } from './google.access.js';
import { googleError, googleJson, GoogleRefusal } from './google.errors.js';
import { readV1, readV2, type Heard } from './google.recognition.js';
import { listVoices, synthesize } from './google.synthesis.js';

const longestSeconds = 60;
const longestRequest = 10 * 1024 * 1024;
const responseType = 'type.googleapis.com/google.cloud.speech.v1.LongRunningRecognizeResponse';
const metadataType = 'type.googleapis.com/google.cloud.speech.v1.LongRunningRecognizeMetadata';

interface Operation {
  looks: number;
  response: Record<string, unknown>;
}

/** Text-to-Speech, Speech-to-Text and as much of Cloud Storage as they need, on one address. */
export class GoogleStandIn extends StandIn {
  constructor(
    readonly account = new GoogleAccount(),
    /** `bucket/name` -> what lies there. */
    readonly stored = new Map<string, Buffer>(),
  ) {
    const operations = new Map<string, Operation>();
    super((request) => answer(request, { account, stored, operations }), { spares: isNoCall, probes: isVoiceList });
  }
}

export async function startGoogleStandIn(): Promise<GoogleStandIn> {
  const standIn = new GoogleStandIn();
  await standIn.start();
  return standIn;
}

interface World {
  account: GoogleAccount;
  stored: Map<string, Buffer>;
  operations: Map<string, Operation>;
}

function isNoCall({ path }: CapturedRequest): boolean {
  return path.startsWith('/v1/operations/') || path.includes('/storage/v1/');
}

function isVoiceList({ method, path }: CapturedRequest): boolean {
  return method === 'GET' && path === '/v1/voices';
}

function answer(request: CapturedRequest, world: World): StandInReply {
  try {
    return route(request, world);
  } catch (error) {
    if (error instanceof GoogleRefusal) return googleError(error.status, error.message, error.details);
    if (error instanceof MalformedRequestError) return googleError(400, `Invalid JSON payload received. ${error.message}`);
    throw error;
  }
}

function route(request: CapturedRequest, world: World): StandInReply {
  const { method, path, body } = request;
  const call = `${method} ${path}`;
  if (path.includes('/storage/v1/')) return storage(request, world);
  expectAccess(request, world.account, { keys: true });
  if (body.byteLength > longestRequest) throw new GoogleRefusal(400, 'Request payload size exceeds the limit: 10485760 bytes.');
  if (call === 'POST /v1/text:synthesize') return synthesize(request);
  if (isVoiceList(request)) return listVoices(request);
  if (call === 'POST /v1/speech:recognize') return recognize(readV1(jsonBody(request)), world);
  if (call === 'POST /v1/speech:longrunningrecognize') return recognizeLong(readV1(jsonBody(request)), world);
  if (method === 'GET' && path.startsWith('/v1/operations/')) return operation(path.slice('/v1/operations/'.length), world);
  if (method === 'POST' && /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/recognizers\/[^/:]+:recognize$/.test(path)) {
    return recognize(readV2(jsonBody(request)), world);
  }
  return {
    status: 404,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    body: '<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>',
  };
}

function recognize({ audio, answer: heard }: Heard, world: World): StandInReply {
  const tooLong = "Sync input too long. For audio longer than 1 min use LongRunningRecognize with a 'uri' parameter.";
  return googleJson(200, heard(bytesOf(audio, world), longestSeconds, tooLong));
}

function recognizeLong({ audio, answer: heard }: Heard, world: World): StandInReply {
  const inline = audio.content !== undefined;
  const tooLong = 'Inline audio exceeds duration limit. Please use a GCS URI.';
  const name = `76122027679530989${String(world.operations.size).padStart(2, '0')}`;
  world.operations.set(name, { looks: 0, response: heard(bytesOf(audio, world), inline ? longestSeconds : undefined, tooLong) });
  return googleJson(200, { name });
}

/** Not done at the first look. */
function operation(name: string, { operations }: World): StandInReply {
  const found = operations.get(decodeURIComponent(name));
  if (found === undefined) throw new GoogleRefusal(404, 'Requested entity was not found.');
  const done = found.looks++ > 0;
  const metadata = { '@type': metadataType, progressPercent: done ? 100 : 40, startTime: '2026-11-20T10:00:00.000000Z' };
  return googleJson(200, { name, metadata, ...(done ? { done, response: { '@type': responseType, ...found.response } } : {}) });
}

function bytesOf({ content, uri }: Heard['audio'], { stored }: World): Buffer {
  if (content !== undefined) return Buffer.from(content, 'base64');
  const bytes = stored.get((uri ?? '').replace(/^gs:\/\//, ''));
  if (bytes === undefined) throw new GoogleRefusal(404, 'Requested entity was not found.');
  return bytes;
}

/** `objects.insert` of a simple upload, and `objects.delete`. */
function storage(request: CapturedRequest, { account, stored }: World): StandInReply {
  expectAccess(request, account, { keys: false });
  const { method, path, query, body } = request;
  const upload = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(path)?.[1];
  if (method === 'POST' && upload !== undefined && query.get('uploadType') === 'media' && query.has('name')) {
    stored.set(`${upload}/${query.get('name')}`, body);
    return googleJson(200, { kind: 'storage#object', bucket: upload, name: query.get('name'), size: String(body.byteLength) });
  }
  const [, bucket, name] = /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/.exec(path) ?? [];
  if (method !== 'DELETE' || !stored.delete(`${bucket}/${decodeURIComponent(name ?? '')}`)) {
    throw new GoogleRefusal(404, 'No such object.');
  }
  return { status: 204 };
}
