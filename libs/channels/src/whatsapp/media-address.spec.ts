import { mayCarryToken } from './media-address.js';

describe('mayCarryToken', () => {
  const graph = 'https://graph.facebook.com';
  it.each([
    'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1',
    'https://graph.facebook.com/v25.0/1',
    'https://LOOKASIDE.fbsbx.com/x',
  ])('takes %s', (address) => {
    expect(mayCarryToken(address, graph)).toBe(true);
  });

  it.each([
    'http://lookaside.fbsbx.com/x',
    'https://lookaside.fbsbx.com:8443/x',
    'https://lookaside.fbsbx.com.example.org/x',
    'https://evilfbsbx.com/x',
    'https://lookaside.fbsbx.com@example.org/x',
    'https://user:password@lookaside.fbsbx.com/x',
    'https://example.org/?https://lookaside.fbsbx.com/',
    'https://127.0.0.1/x',
    'file:///etc/passwd',
    'lookaside.fbsbx.com/x',
    '',
  ])('does not take %s', (address) => {
    expect(mayCarryToken(address, graph)).toBe(false);
  });

  it('takes the configured server, on its own port only', () => {
    const own = 'http://127.0.0.1:8099/graph';
    expect(mayCarryToken('http://127.0.0.1:8099/media/1', own)).toBe(true);
    expect(mayCarryToken('http://127.0.0.1:8098/media/1', own)).toBe(false);
    expect(mayCarryToken('https://127.0.0.1:8099/media/1', own)).toBe(false);
    expect(mayCarryToken('https://lookaside.fbsbx.com/x', own)).toBe(true);
  });
});
