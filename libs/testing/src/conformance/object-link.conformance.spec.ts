import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  InvalidRequestError,
  type ObjectStore,
  type PresignedUpload,
  type PresignOptions,
  type PresignPutOptions,
  type PutOptions,
  type StoredObject,
} from '@parlance/contracts';
import { failingChecks } from './check.js';
import { objectLinkChecks } from './object-link.conformance.js';

interface Link {
  method: string;
  key: string;
  /** What an upload must be, as JSON. */
  terms: string;
  expires: number;
  signature: string;
}

/** The simplest store with links that is right, as far as links go; each fake below is this one with a single fault. */
class HonestLinks {
  private readonly kept = new Map<string, { object: StoredObject; bytes: Uint8Array }>();
  protected readonly server: Server = createServer((request, response) => void this.answer(request, response));

  async open(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async put(key: string, bytes: Uint8Array, { contentType, metadata = {} }: PutOptions): Promise<StoredObject> {
    const object = { key, sizeBytes: bytes.length, contentType, metadata, createdAt: new Date() };
    this.kept.set(key, { object, bytes });
    return object;
  }

  async get(key: string): Promise<{ chunks: AsyncIterable<Uint8Array> }> {
    const bytes = this.kept.get(key)?.bytes ?? Uint8Array.of();
    return {
      chunks: (async function* () {
        yield bytes;
      })(),
    };
  }

  async stat(key: string): Promise<StoredObject | undefined> {
    return this.kept.get(key)?.object;
  }

  presignGet(key: string, options: PresignOptions): Promise<string> {
    return this.presign('GET', key, options);
  }

  async presignPut(key: string, options: PresignPutOptions): Promise<PresignedUpload> {
    const { contentType, metadata, sizeBytes, maximumBytes } = options;
    if (!this.isPossible(options)) throw new InvalidRequestError('Not so.');
    const terms = JSON.stringify({ contentType, metadata, sizeBytes, maximumBytes });
    return { url: await this.presign('PUT', key, options, terms), headers: { 'content-type': contentType ?? 'audio/mpeg' } };
  }

  protected isPossible({ contentType = '', metadata = {}, sizeBytes = 1, maximumBytes = 1 }: PresignPutOptions): boolean {
    return (
      /^[ -~]*$/.test(contentType + Object.values(metadata).join('')) &&
      [sizeBytes, maximumBytes].every((size) => size > 0 && size % 1 === 0)
    );
  }

  private async presign(method: string, key: string, { expiresInSeconds }: PresignOptions, terms = '{}'): Promise<string> {
    const expires = Date.now() + expiresInSeconds * 1000;
    const { port } = this.server.address() as AddressInfo;
    const signature = this.sign(method, key, expires, terms);
    return `http://127.0.0.1:${port}/${key}?expires=${expires}&terms=${encodeURIComponent(terms)}&signature=${signature}`;
  }

  protected sign(method: string, key: string, expires: number, terms: string): string {
    return createHmac('sha256', 'secret').update(`${method}\n${key}\n${expires}\n${terms}`).digest('hex');
  }

  protected allows({ method, key, expires, terms, signature }: Link): boolean {
    return signature === this.sign(method, key, expires, terms) && expires > Date.now();
  }

  protected keepsTo({ contentType, sizeBytes }: PresignPutOptions, type: string, length: number): boolean {
    return (contentType ?? type) === type && (sizeBytes ?? length) === length;
  }

  protected contentTypeOf(object: StoredObject): string {
    return object.contentType;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const [method, key] = [request.method ?? '', pathname.slice(1)];
    const terms = searchParams.get('terms') ?? '{}';
    const link = { method, key, terms, expires: Number(searchParams.get('expires')), signature: searchParams.get('signature') ?? '' };
    if (!this.allows(link)) return void response.writeHead(403).end();
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (method === 'PUT') {
      const agreed = JSON.parse(terms) as PresignPutOptions;
      const contentType = request.headers['content-type'] ?? '';
      const body = Buffer.concat(parts);
      if (!this.keepsTo(agreed, contentType, body.length)) return void response.writeHead(403).end();
      await this.put(key, body, { contentType, metadata: agreed.metadata ?? {} });
      return void response.end();
    }
    const kept = this.kept.get(key) ?? [...this.kept.values()][0];
    if (kept === undefined) return void response.writeHead(404).end();
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const body = range === null ? kept.bytes : kept.bytes.subarray(Number(range[1]), Number(range[2]) + 1);
    response.writeHead(range === null ? 200 : 206, { 'content-type': this.contentTypeOf(kept.object) }).end(body);
  }
}

class SignsNothing extends HonestLinks {
  protected override allows({ expires }: Link): boolean {
    return expires > Date.now();
  }
}

class NeverExpires extends HonestLinks {
  protected override allows(link: Link): boolean {
    return link.signature === this.sign(link.method, link.key, link.expires, link.terms);
  }
}

class AnyMethod extends HonestLinks {
  protected override sign(_method: string, key: string, expires: number, terms: string): string {
    return super.sign('ANY', key, expires, terms);
  }
}

class AnyObject extends HonestLinks {
  protected override sign(method: string, _key: string, expires: number, terms: string): string {
    return super.sign(method, 'any', expires, terms);
  }
}

class ForgetsTypes extends HonestLinks {
  protected override contentTypeOf(): string {
    return 'application/octet-stream';
  }
}

class RefusesUploads extends HonestLinks {
  protected override allows(link: Link): boolean {
    return link.method !== 'PUT' && super.allows(link);
  }
}

class HoldsToNothing extends HonestLinks {
  protected override keepsTo(): boolean {
    return true;
  }
}

class AgreesToAnything extends HonestLinks {
  protected override isPossible(): boolean {
    return true;
  }
}

const failuresOf = (create: () => HonestLinks, checks = objectLinkChecks) =>
  failingChecks(checks, async () => {
    const links = create();
    await links.open();
    return { subject: links as unknown as ObjectStore, close: () => links.close() };
  });

describe('the object link checks', () => {
  it('pass links that are right', async () => {
    expect(await failuresOf(() => new HonestLinks())).toEqual([]);
  });

  it.each([
    ['sign nothing', () => new SignsNothing(), 'a tampered signature is refused'],
    ['never expire', () => new NeverExpires(), 'a link is refused after its time'],
    ['are good for any method', () => new AnyMethod(), 'a link is good for its own method only'],
    ['are good for any object', () => new AnyObject(), 'a link is good for its own object only, however that is written'],
    ['forget the type', () => new ForgetsTypes(), 'a link gives the object, its type and parts of it'],
    ['hold an upload to nothing', () => new HoldsToNothing(), 'an upload is held to what was agreed on'],
    ['agree to anything', () => new AgreesToAnything(), 'refuses to agree on an upload that cannot be'],
    ['refuse uploads', () => new RefusesUploads(), 'a link for uploading takes an object and its type'],
  ])('go red for links that %s', async (_fault, create, expected) => {
    const [check] = objectLinkChecks.filter(({ name }) => name === expected);
    expect(await failuresOf(create, [check!])).toEqual([expected]);
  });
});
