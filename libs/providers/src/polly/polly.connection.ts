import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HttpResponse } from '../http/http-client.js';
import type { ProviderContext } from '../provider.js';
import type { PollyOptions } from './polly.options.js';

/** Signed calls to one region. */
export class PollyConnection {
  readonly name: string;
  /** What no message may repeat. */
  readonly secrets: readonly (string | undefined)[];
  readonly baseUrl: string;
  private readonly signer: SignatureV4;

  constructor(
    { accessKeyId, secretAccessKey, sessionToken, region, baseUrl }: PollyOptions,
    private readonly context: ProviderContext,
  ) {
    this.name = context.name;
    this.secrets = [secretAccessKey, sessionToken, accessKeyId];
    this.baseUrl = (baseUrl ?? `https://polly.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`).replace(/\/+$/, '');
    this.signer = new SignatureV4({
      service: 'polly',
      region,
      sha256: Sha256,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    });
  }

  /** @throws ParlanceError */
  async post(path: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<HttpResponse> {
    const url = new URL(`${this.baseUrl}${path}`);
    const text = JSON.stringify(body);
    const { headers } = await this.signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, 'content-type': 'application/json' },
      body: text,
    });
    // `host` is part of the signature; the connection sends the same one by itself.
    const { host: _host, ...sent } = headers;
    return this.context.http.send({ method: 'POST', url, headers: sent, body: text }, signal);
  }
}
