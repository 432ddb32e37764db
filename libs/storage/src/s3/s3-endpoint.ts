import { InvalidRequestError } from '@parlance/contracts';

const BUCKET = /^[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;

/** What the client is given instead of a URL. */
export interface S3Place {
  endPoint: string;
  port: number;
  useSSL: boolean;
}

/** @throws InvalidRequestError that says what would do */
export function parseEndpoint(endpoint: string, bucket: string): S3Place {
  if (!BUCKET.test(bucket)) throw new InvalidRequestError('A bucket has 3-63 lower-case letters, digits, - and .', 'bucket');
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const { protocol = '', hostname = '', port = '', pathname = '', search = '', username = '', password = '' } = url ?? {};
  if (!/^https?:$/.test(protocol) || pathname !== '/' || search !== '' || username !== '' || password !== '') {
    throw new InvalidRequestError(
      'The endpoint of the object store is https://host or http://host:port, without a path or keys.',
      'endpoint',
    );
  }
  const useSSL = protocol === 'https:';
  return { endPoint: hostname, port: port === '' ? (useSSL ? 443 : 80) : Number(port), useSSL };
}
