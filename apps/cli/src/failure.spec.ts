import { ConfigurationError } from '@parlance/configuration';
import { InvalidRequestError, ParlanceError } from '@parlance/contracts';
import { CommanderError } from 'commander';
import { describeFailure } from './failure.js';

const staying = new AbortController().signal;

describe('describeFailure', () => {
  it.each([
    [new InvalidRequestError('mend it'), { message: 'mend it', exitCode: 2 }],
    [new ParlanceError('timeout', 'too slow'), { message: 'too slow', exitCode: 1 }],
    [new ConfigurationError(['PORT: no']), { message: expect.stringContaining('PORT: no') as string, exitCode: 2 }],
    [Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' }), { message: 'full', exitCode: 1 }],
    [Object.assign(new Error('pipe'), { code: 'EPIPE', syscall: 'write' }), { message: '', exitCode: 0 }],
    [new CommanderError(1, 'commander.unknownOption', 'error: unknown option'), { message: '', exitCode: 2 }],
    [new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), { message: '', exitCode: 0 }],
    ['odd', { message: 'odd', exitCode: 1 }],
    [new InvalidRequestError("There is no file '\u001B[2Jred\u0007'."), { message: "There is no file '?[2Jred?'.", exitCode: 2 }],
    [Object.assign(new Error('no \u009B1m\ra'), { code: 'EIO', syscall: 'read' }), { message: 'no ?1m?a', exitCode: 1 }],
  ])('tells %p', (error, expected) => {
    expect(describeFailure(error, staying)).toEqual(expected);
  });

  it('says that it was interrupted, whatever broke because of it', () => {
    expect(describeFailure(new Error('x'), AbortSignal.abort())).toEqual({ message: 'interrupted.', exitCode: 130 });
  });
});
