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

  it.each([
    ['has no content disposition', 'content-type: audio/wav'],
    ['is an attachment', 'content-disposition: attachment; name="file"; filename="a.wav"'],
    ['has a line break in its name', 'content-disposition: form-data; name="\n file"; filename="a.wav"'],
  ])('refuses a part that %s, short or long', async (_what, header) => {
    for (const length of [10, 20_000, 100_000]) {
      const raw = new PassThrough();
      const headers = { 'content-type': 'multipart/form-data; boundary=b' };
      const form = readForm({ raw, headers } as unknown as FastifyRequest, 1_000_000, collect);
      raw.end(`--b\r\n${header}\r\n\r\n${'a'.repeat(length)}\r\n--b--\r\n`);
      await expect(form).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('Content-Disposition') });
    }
  });
});
