import type { IncomingHttpHeaders } from 'node:http';

/** One request as it came over the wire. */
export interface CapturedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The client closed the socket before the answer was complete. */
  aborted: boolean;
}

export interface MultipartFile {
  /** The name of the field. */
  name: string;
  filename: string;
  type: string;
  bytes: Buffer;
}

export interface MultipartForm {
  /** The values of the fields that are no files, in the order they came. */
  fields: ReadonlyMap<string, readonly string[]>;
  files: readonly MultipartFile[];
}

/** The request is not what it says it is. A stand-in that lets it through answers 400. */
export class MalformedRequestError extends Error {
  override readonly name = 'MalformedRequestError';
}

/** What `Authorization` holds after the scheme; `undefined` when it is missing or of another scheme. */
export function bearer({ headers }: CapturedRequest, scheme = 'Bearer'): string | undefined {
  const [given, token, ...rest] = (headers.authorization ?? '').split(' ');
  return given === scheme && token !== '' && rest.length === 0 ? token : undefined;
}

/** @throws MalformedRequestError unless it is declared as JSON, is JSON, and an object */
export function jsonBody(request: CapturedRequest): Record<string, unknown> {
  expectType(request, 'application/json');
  const parsed = parseJson(utf8(request.body));
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  throw new MalformedRequestError('The body is no JSON object.');
}

/** @throws MalformedRequestError unless it is declared as a form */
export function formBody(request: CapturedRequest): URLSearchParams {
  expectType(request, 'application/x-www-form-urlencoded');
  return new URLSearchParams(utf8(request.body));
}

/** @throws MalformedRequestError unless it is well-formed multipart/form-data */
export async function parseMultipart(request: CapturedRequest): Promise<MultipartForm> {
  expectType(request, 'multipart/form-data');
  const fields = new Map<string, string[]>();
  const files: MultipartFile[] = [];
  for (const [name, value] of await readForm(request)) {
    if (typeof value === 'string') fields.set(name, [...(fields.get(name) ?? []), value]);
    else files.push({ name, filename: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return { fields, files };
}

/** The fields nobody knows: what a strict vendor refuses. */
export function unknownFields(object: Readonly<Record<string, unknown>>, allowed: readonly string[]): string[] {
  return Object.keys(object).filter((name) => !allowed.includes(name));
}

async function readForm({ headers, body }: CapturedRequest) {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
    return [...form.entries()];
  } catch (cause) {
    throw new MalformedRequestError('The body is no well-formed multipart/form-data.', { cause });
  }
}

function expectType({ headers }: CapturedRequest, type: string): void {
  const [given = ''] = (headers['content-type'] ?? '').split(';');
  if (given.trim().toLowerCase() !== type) throw new MalformedRequestError(`The content type is not ${type}.`);
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new MalformedRequestError('The body is no UTF-8.', { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new MalformedRequestError('The body is no JSON.', { cause });
  }
}
