import {
  bearer,
  formBody,
  jsonBody,
  MalformedRequestError,
  parseMultipart,
  unknownFields,
  type CapturedRequest,
} from './captured-request.js';

const request = (headers: CapturedRequest['headers'], body: string | Uint8Array = ''): CapturedRequest => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers,
  body: Buffer.from(body as string),
  aborted: false,
});

describe('bearer', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', undefined],
    ['Bearer ', undefined],
    ['Bearer a b', undefined],
    ['Token abc', undefined],
    ['', undefined],
  ])('reads %p', (authorization, expected) => {
    expect(bearer(request({ authorization }))).toBe(expected);
  });

  it('knows other schemes, and no header', () => {
    expect(bearer(request({ authorization: 'Token abc' }), 'Token')).toBe('abc');
    expect(bearer(request({}))).toBeUndefined();
  });
});

describe('jsonBody', () => {
  it('takes an object that is declared', () => {
    expect(jsonBody(request({ 'content-type': 'application/json; charset=utf-8' }, '{"a":1}'))).toEqual({ a: 1 });
  });

  it.each([
    ['text/plain', '{}'],
    ['application/json', '[]'],
    ['application/json', 'null'],
    ['application/json', '{'],
    ['application/json', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('refuses %p with %p', (type, body) => {
    expect(() => jsonBody(request({ 'content-type': type }, body))).toThrow(MalformedRequestError);
  });
});

describe('formBody', () => {
  it('reads fields', () => {
    expect(formBody(request({ 'content-type': 'application/x-www-form-urlencoded' }, 'a=1+2&b=%26')).get('b')).toBe('&');
    expect(() => formBody(request({ 'content-type': 'application/json' }, 'a=1'))).toThrow(MalformedRequestError);
  });
});

describe('parseMultipart', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_unused, index) => index);

  async function multipart(form: FormData): Promise<CapturedRequest> {
    const response = new Response(form);
    return request({ 'content-type': response.headers.get('content-type') ?? '' }, new Uint8Array(await response.arrayBuffer()));
  }

  it('reads repeated fields and every byte of a file', async () => {
    const form = new FormData();
    form.append('model', 'small');
    form.append('keywords[]', 'ä');
    form.append('keywords[]', 'b');
    form.append('file', new Blob([bytes], { type: 'audio/wav' }), 'speech.wav');
    const { fields, files } = await parseMultipart(await multipart(form));
    expect([...fields]).toEqual([
      ['model', ['small']],
      ['keywords[]', ['ä', 'b']],
    ]);
    expect(files).toEqual([{ name: 'file', filename: 'speech.wav', type: 'audio/wav', bytes: Buffer.from(bytes) }]);
  });

  it('refuses what is cut, of another boundary, or declared otherwise', async () => {
    const form = new FormData();
    form.append('file', new Blob([bytes]), 'speech.wav');
    const whole = await multipart(form);
    await expect(parseMultipart({ ...whole, body: whole.body.subarray(0, -20) })).rejects.toThrow(MalformedRequestError);
    const other = { 'content-type': 'multipart/form-data; boundary=other' };
    await expect(parseMultipart({ ...whole, headers: other })).rejects.toThrow(MalformedRequestError);
    await expect(parseMultipart({ ...whole, headers: { 'content-type': 'audio/wav' } })).rejects.toThrow(MalformedRequestError);
  });
});

describe('unknownFields', () => {
  it('names them', () => {
    expect(unknownFields({ a: 1, b: 2, c: undefined }, ['a'])).toEqual(['b', 'c']);
  });
});
