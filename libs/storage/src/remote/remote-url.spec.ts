import { checkUrl, type UrlRules } from './remote-url.js';

const strict: UrlRules = { allowHttp: false, allowedHosts: new Set() };
const inside: UrlRules = { allowHttp: true, allowedHosts: new Set(['files.intern', '10.0.0.5:9000', '[::1]:443']) };

describe('checkUrl', () => {
  it.each([
    ['https://example.com/a.ogg?signature=x%20y#t', 'https://example.com/a.ogg?signature=x%20y#t'],
    ['HTTPS://EXAMPLE.com:443/a', 'https://example.com/a'],
    ['https://bücher.example/ä.ogg', 'https://xn--bcher-kva.example/%C3%A4.ogg'],
    ['https://1.1.1.1/a', 'https://1.1.1.1/a'],
    ['https://[2606:4700:4700::1111]/a', 'https://[2606:4700:4700::1111]/a'],
  ])('takes %s', (text, url) => {
    expect(checkUrl(text, strict).href).toBe(url);
  });

  it.each([
    ['nothing', ''],
    ['no link', 'recording.ogg'],
    ['another protocol', 'http://example.com/a'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:audio/ogg;base64,T2dnUw=='],
    ['a user', 'https://user:secret@example.com/a'],
    ['an empty user', 'https://@example.com/a'],
    ['a user that looks like a host', 'https://example.com@10.0.0.1/a'],
    ['another port', 'https://example.com:8443/a'],
    ['the port of http', 'https://example.com:80/a'],
    ['a backslash', 'https:\\\\example.com/a'],
    ['a line break', 'https://exam\nple.com/a'],
    ['a space', ' https://example.com/a'],
    ['an invisible character', 'https://exam\u200bple.com/a'],
    ['too many characters', `https://example.com/${'a'.repeat(8192)}`],
    ['loopback', 'https://127.0.0.1/a'],
    ['loopback of IPv6', 'https://[::1]/a'],
    ['IPv4 in IPv6', 'https://[::ffff:127.0.0.1]/a'],
    ['a metadata service', 'https://169.254.169.254/latest/meta-data'],
    ['a decimal address', 'https://2130706433/a'],
    ['a public address in decimal', 'https://16843009/a'],
    ['an octal address', 'https://0177.0.0.1/a'],
    ['a hexadecimal address', 'https://0x7f.0.0.1/a'],
    ['a short address', 'https://127.1/a'],
    ['an address with a dot behind', 'https://127.0.0.1./a'],
    ['an address in wide digits', 'https://１２７.0.0.1/a'],
    ['an address in escapes', 'https://%31%32%37.0.0.1/a'],
    ['an address with other dots', 'https://1。1。1。1/a'],
    ['a long form of IPv6', 'https://[0:0:0:0:0:0:0:1]/a'],
  ])('refuses %s without repeating it', (_what, text) => {
    expect(() => checkUrl(text, strict)).toThrow(
      expect.objectContaining({ code: 'invalid', param: 'url', message: expect.not.stringMatching(/secret|passwd|127|169|8443/) }),
    );
  });

  it.each(['http://files.intern:8080/a', 'https://FILES.intern/a', 'http://10.0.0.5:9000/a', 'https://[::1]/a', 'http://example.com/a'])(
    'takes %s where that is allowed',
    (text) => {
      expect(checkUrl(text, inside).href).toContain('/a');
    },
  );

  it.each([
    'http://10.0.0.5/a',
    'http://10.0.0.5:9001/a',
    'http://files.intern.example:8080/a',
    'http://[::1]/a',
    'http://user@files.intern/a',
  ])('allows no more than that: %s', (text) => {
    expect(() => checkUrl(text, inside)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('judges where a redirect leads by the same rules', () => {
    const base = new URL('https://example.com/one/a.ogg');
    expect(checkUrl('../two.ogg', strict, base).href).toBe('https://example.com/two.ogg');
    expect(checkUrl('//example.org/b', strict, base).href).toBe('https://example.org/b');
    for (const location of ['http://example.com/', '//127.0.0.1/', '//user@example.com/', 'https://2130706433/', '']) {
      expect(() => checkUrl(location, strict, base)).toThrow(expect.objectContaining({ code: 'invalid' }));
    }
  });
});
