import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { PresignedUpload, PresignPutOptions } from '@parlance/contracts';
import { toHeaders } from './s3-description.js';
import type { S3Connection } from './s3-call.js';

/**
 * A link for one upload whose signature covers its headers: what it is, what it is called, and how long it is. The
 * client signs links without headers only.
 * @param object where the object lies, without a query
 */
export async function presignUpload(
  object: URL,
  { region = 'us-east-1', accessKey = '', secretKey = '' }: S3Connection['options'],
  options: PresignPutOptions,
): Promise<PresignedUpload> {
  const headers = demandedHeaders(options);
  const signer = new SignatureV4({
    service: 's3',
    region,
    sha256: Sha256,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    // The bytes are not known yet, and keys are written in a URL as they are.
    applyChecksum: false,
    uriEscapePath: false,
  });
  const { query = {} } = await signer.presign(
    {
      method: 'PUT',
      protocol: object.protocol,
      hostname: object.hostname,
      path: object.pathname,
      headers: { ...headers, host: object.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    },
    { expiresIn: options.expiresInSeconds, unhoistableHeaders: new Set(Object.keys(headers)) },
  );
  const search = new URLSearchParams(query as Record<string, string>).toString();
  return { url: `${object.origin}${object.pathname}?${search}`, headers };
}

function demandedHeaders({ contentType, metadata = {}, sizeBytes }: PresignPutOptions): Record<string, string> {
  const described = contentType === undefined ? [] : Object.entries(toHeaders({ contentType, metadata }));
  return {
    ...Object.fromEntries(described.map(([name, value]) => [name.toLowerCase(), value])),
    ...(sizeBytes !== undefined && { 'content-length': String(sizeBytes) }),
  };
}
