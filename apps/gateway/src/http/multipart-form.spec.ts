import { PassThrough } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { readForm } from './multipart-form.js';
import { collect } from './request-body.js';

describe('readForm', () => {
  it('ends when a client has left whose form has come whole, but was not read to its end', async () => {
    const raw = Object.assign(new PassThrough(), { complete: true });
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const form = readForm({ raw, headers } as unknown as FastifyRequest, 1_000_000, collect);
    raw.write('--b\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF');
    await new Promise((resolve) => setImmediate(resolve));
    raw.destroy();
    await expect(form).rejects.toMatchObject({ code: 'aborted' });
  });
});
