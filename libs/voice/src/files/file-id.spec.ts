import { buildObjectKey } from '@parlance/storage';
import { idOf, keyOf } from './file-id.js';

const key = buildObjectKey({ kind: 'speech', tenant: 'default', date: new Date(0), sha256: 'ab'.repeat(32), extension: 'ogg' });

describe('ids of files', () => {
  it('lead back to the key', () => {
    expect(keyOf(idOf(key))).toBe(key);
  });

  it.each([
    ['nothing', ''],
    ['a key', key],
    ['no base64url', '!!!'],
    ['padding', `${idOf(key)}=`],
    ['more than an id has', `${idOf(key)}A`],
    ['a way out', idOf(`voice/speech/../../${'ab'.repeat(32)}.ogg`)],
    ['an absolute path', idOf('/etc/passwd')],
    ['another prefix', idOf(key.replace('voice/', 'other/'))],
    ['another kind', idOf(key.replace('speech', 'secrets'))],
    ['what follows NUL', idOf(`${key}\0`)],
    ['no ASCII', Buffer.from(key.replace('default', 'dèfault')).toString('base64url')],
    ['too much', 'A'.repeat(1401)],
  ])('are not %s', (_what, id) => {
    expect(() => keyOf(id)).toThrow(
      expect.objectContaining({ code: 'not_found', reason: 'file_not_found', message: expect.not.stringContaining('passwd') }),
    );
  });
});
