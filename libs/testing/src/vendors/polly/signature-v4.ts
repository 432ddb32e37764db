import { createHash, createHmac } from 'node:crypto';
import type { CapturedRequest } from '../captured-request.js';

export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  region: string;
  service: string;
}

export type SignatureProblem = 'missing' | 'incomplete' | 'unknown-key' | 'wrong-token' | 'wrong-signature' | 'skewed' | 'wrong-scope';

const fifteenMinutes = 900_000;

/** What AWS finds wrong with the signature of a request, worked out from the specification and nothing else. */
export function signatureProblem(request: CapturedRequest, keys: AwsKeys): SignatureProblem | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return 'missing';
  const parts = /^AWS4-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/.exec(authorization);
  const [, credential = '', signedHeaders = '', signature] = parts ?? [];
  const time = header(request, 'x-amz-date');
  const names = signedHeaders.split(';');
  if (!/^\d{8}T\d{6}Z$/.test(time) || !names.includes('host') || !names.includes('x-amz-date')) return 'incomplete';
  const [accessKeyId, date, region, service, end] = credential.split('/');
  if (accessKeyId !== keys.accessKeyId) return 'unknown-key';
  if ((keys.sessionToken ?? '') !== header(request, 'x-amz-security-token')) return 'wrong-token';
  if (region !== keys.region || service !== keys.service || end !== 'aws4_request' || date !== time.slice(0, 8)) return 'wrong-scope';
  if (Math.abs(Date.now() - timestamp(time)) > fifteenMinutes) return 'skewed';
  const scope = [date, region, service, end].join('/');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical(request, names))].join('\n');
  const key = [date, region, service, end].reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${keys.secretAccessKey}`);
  return hmac(key, toSign).toString('hex') === signature ? undefined : 'wrong-signature';
}

function canonical(request: CapturedRequest, names: readonly string[]): string {
  const query = [...request.query]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .toSorted()
    .join('&');
  const headers = names.map((name) => `${name}:${header(request, name).trim().replaceAll(/ +/g, ' ')}\n`).join('');
  const path = request.path.split('/').map(encodeURIComponent).join('/');
  return [request.method, path, query, headers, names.join(';'), sha256(request.body)].join('\n');
}

function header({ headers }: CapturedRequest, name: string): string {
  return [headers[name] ?? ''].flat().join(',');
}

function timestamp(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string | undefined): Buffer {
  return createHmac('sha256', key)
    .update(data ?? '')
    .digest();
}
