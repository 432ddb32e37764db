import { randomUUID } from 'node:crypto';
import { request } from 'node:https';
import {
  CERTIFICATE_PROGRAMS,
  describeWithProgram,
  describeWithS3,
  makeCertificate,
  runTrusting,
  TlsFront,
  type Certificate,
  type S3Access,
} from '@parlance/testing';
import { S3ObjectStore } from './s3-object-store.js';

const options = (endpoint: string, { accessKey, secretKey }: S3Access) => ({
  endpoint,
  accessKey,
  secretKey,
  region: 'us-east-1',
  bucket: `parlance-${randomUUID()}`,
});

/** Prints what was read again, and links to it and for an upload. */
const program = (connection: object) => `
import { S3ObjectStore } from './s3-object-store.js';
const store = new S3ObjectStore(${JSON.stringify(connection)});
await store.put('key', Buffer.from('audio'), { contentType: 'audio/ogg' });
const { chunks } = await store.get('key');
const read = [];
for await (const chunk of chunks) read.push(chunk);
const link = await store.presignGet('key', { expiresInSeconds: 60 });
const upload = await store.presignPut('other', { expiresInSeconds: 60, contentType: 'audio/ogg' });
console.log(JSON.stringify({ read: Buffer.concat(read).toString(), link, upload }));
store.close();
`;

describeWithProgram(CERTIFICATE_PROGRAMS, () => {
  describeWithS3((access) => {
    let certificate: Certificate;
    let front: TlsFront;
    beforeAll(async () => {
      certificate = await makeCertificate();
      front = await TlsFront.start(access().endpoint, certificate);
    });
    afterAll(async () => {
      await front.close();
      await certificate.remove();
    });

    it('https reaches a server whose authority is trusted, and its links are https and work', async () => {
      const output = await runTrusting(certificate, __dirname, program(options(front.url, access())));
      const { read, link, upload } = JSON.parse(output) as {
        read: string;
        link: string;
        upload: { url: string; headers: Record<string, string> };
      };
      expect(read).toBe('audio');
      expect([link, upload.url].map((url) => new URL(url).origin)).toEqual([front.url, front.url]);
      expect(await send(link, certificate)).toEqual({ status: 200, body: 'audio' });
      expect((await send(upload.url, certificate, { ...upload, body: 'more' })).status).toBe(200);
    });

    it.each([
      ['does not trust', 'NODE_EXTRA_CA_CERTS', () => front.url],
      ['finds no TLS at', 'speaks no TLS', () => access().endpoint.replace('http:', 'https:')],
    ])('says what to do when it %s a server', async (_what, advice, endpoint) => {
      const store = new S3ObjectStore(options(endpoint(), access()));
      for (const operation of [() => store.put('key', Buffer.from('x'), { contentType: 'audio/ogg' }), () => store.ping()]) {
        await expect(operation()).rejects.toMatchObject({
          code: 'unavailable',
          reason: 's3_unavailable',
          message: expect.stringContaining(advice),
        });
      }
      store.close();
    });
  });
});

function send(
  url: string,
  { authority: ca }: Certificate,
  upload?: { headers: Record<string, string>; body: string },
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = upload === undefined ? {} : { 'content-length': String(upload.body.length), ...upload.headers };
    const sent = request(url, { ca, agent: false, method: upload === undefined ? 'GET' : 'PUT', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode, body })).on('error', reject);
    });
    sent.on('error', reject).end(upload?.body);
  });
}
