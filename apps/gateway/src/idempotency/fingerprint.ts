import { createHash, webcrypto } from 'node:crypto';
import type { Bytes } from '@parlance/contracts';
import type { FastifyRequest } from 'fastify';
import type { UploadForm } from '../http/multipart-form.js';

/** What a request asks for: JSON, a form, or a recording as it is. */
export type RequestContent = { json: unknown } | { form: UploadForm } | { bytes: Bytes };

/** The same for the same request of the same caller, however its form was put together. Hexadecimal. */
export async function fingerprintOf(request: FastifyRequest, content: RequestContent): Promise<string> {
  const what = [request.method, request.url, callerOf(request), await digestOf(content)];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex');
}

/** Keys of different callers have nothing to do with each other. Hexadecimal: neither the key nor the caller can be read from it. */
export function recordName(request: FastifyRequest, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([callerOf(request), key]))
    .digest('hex');
}

function callerOf({ headers: { authorization = '' } }: FastifyRequest): string {
  return authorization.replace(/^Bearer +/i, '').trim();
}

async function digestOf(content: RequestContent): Promise<unknown> {
  if ('json' in content) return content.json;
  if ('bytes' in content) return hash(content.bytes);
  const { file, fields } = content.form;
  const named = [...fields].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [named, file.filename, await hash(file.bytes)];
}

/** Off the event loop. */
async function hash(bytes: Bytes): Promise<string> {
  if (!(bytes instanceof Uint8Array)) return bytes.sha256;
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
