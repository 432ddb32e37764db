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
  get(path: string, signal: AbortSignal): Promise<HttpResponse> {
    return this.send('GET', path, undefined, signal);
  }

  /** @throws ParlanceError */
  post(path: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<HttpResponse> {
    return this.send('POST', path, JSON.stringify(body), signal);
  }

  private async send(method: 'GET' | 'POST', path: string, body: string | undefined, signal: AbortSignal): Promise<HttpResponse> {
    const url = new URL(`${this.baseUrl}${path}`);
    const { headers } = await this.signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
    });
    // `host` is part of the signature; the connection sends the same one by itself.
    const { host: _host, ...sent } = headers;
    return this.context.http.send({ method, url, headers: sent, ...(body === undefined ? {} : { body }) }, signal);
  }
}
