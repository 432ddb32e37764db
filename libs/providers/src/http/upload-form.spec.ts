import { BytesElsewhere } from '@parlance/testing';
import { Response } from 'undici';
import { UploadForm } from './upload-form.js';

async function piecesOf(form: UploadForm): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of form.pieces()) pieces.push(piece);
  return pieces;
}

/** As somebody reads it who knows nothing of how it was made. */
async function read(form: UploadForm): Promise<[string, string | File][]> {
  const chunks: Uint8Array[] = [];
  for await (const piece of form.pieces()) chunks.push(new Uint8Array(piece));
  const body = Buffer.concat(chunks);
  expect(form.headers['content-length']).toBe(String(body.length));
  const parsed = await new Response(body, { headers: form.headers }).formData();
  return [...parsed.entries()] as [string, string | File][];
}

describe('UploadForm', () => {
  it('has its fields in order, and its file as it is', async () => {
    const form = new UploadForm();
    const bytes = Uint8Array.from({ length: 100_000 }, (_unused, index) => index % 256);
    form.append('list[]', 'one');
    form.append('list[]', 'two');
    form.append('model', 'first');
    form.set('model', 'wörter\r\n--und mehr');
    form.setFile('file', bytes, 'audio.wav', 'audio/wav');
    const entries = await read(form);
    expect(entries.slice(0, 3)).toEqual([
      ['list[]', 'one'],
      ['list[]', 'two'],
      ['model', 'wörter\r\n--und mehr'],
    ]);
    const [name, file] = entries[3] as [string, File];
    expect([name, file.name, file.type]).toEqual(['file', 'audio.wav', 'audio/wav']);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
  });

  it('lets no name break out of its quotes', async () => {
    const form = new UploadForm();
    form.append('a"; name="b\r\n', 'value');
    form.setFile('file', Uint8Array.of(1), 'x"\r\ncontent-type: text/html', 'audio/wav');
    const body = Buffer.concat(await piecesOf(form)).toString();
    expect(body).toContain('name="a%22; name=%22b%0D%0A"');
    expect(body).toContain('filename="x%22%0D%0Acontent-type: text/html"');
  });

  it('does without a file, and may be read again', async () => {
    const form = new UploadForm();
    form.append('one', '1');
    expect(await read(form)).toEqual([['one', '1']]);
    expect(await read(form)).toEqual([['one', '1']]);
  });

  it('sends a file that is not in memory in its own pieces', async () => {
    const form = new UploadForm();
    const bytes = Uint8Array.from({ length: 100_000 }, (_unused, index) => index % 251);
    const elsewhere = new BytesElsewhere(bytes);
    form.setFile('file', elsewhere, 'audio.wav', 'audio/wav');
    const [[, file]] = (await read(form)) as [[string, File]];
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
    expect(elsewhere.reads).toBe(0);
  });

  it('does not copy the file', async () => {
    const form = new UploadForm();
    const bytes = Buffer.alloc(1000);
    form.setFile('file', bytes, 'a', 'audio/wav');
    const chunks = await piecesOf(form);
    expect(chunks.some(({ buffer }) => buffer === bytes.buffer)).toBe(true);
  });
});
