import { ParlanceError, UnsupportedError } from '@parlance/contracts';
import { renamingParam } from './rename-param.js';

describe('renamingParam', () => {
  const rename = (error: unknown) => () => renamingParam({ format: 'response_format' })(error);

  it('renames the field and keeps everything else', () => {
    const error = new UnsupportedError('No aac here.', 'format', { provider: 'one', reason: 'why' });
    expect(rename(error)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: 'No aac here.', param: 'response_format', provider: 'one', reason: 'why' }),
    );
  });

  it.each([new ParlanceError('server', 'down'), new UnsupportedError('Not this.', 'language'), new Error('other')])(
    'leaves %p as it is',
    (error) => {
      expect(rename(error)).toThrow(expect.objectContaining({ message: error.message }));
    },
  );
});
