import { Progress } from './progress.js';

describe('Progress', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const run = (isTTY: boolean, milliseconds: number) => {
    let written = '';
    const progress = new Progress('speaking', { isTTY, write: (text) => (written += text) });
    jest.advanceTimersByTime(milliseconds);
    progress.update(0.5);
    progress.end();
    return written;
  };

  it('shows a bar at a terminal and takes it away at the end', () => {
    expect(run(true, 1000)).toBe('\rspeaking [############............] 50 %\r\u001B[K');
  });

  it('shows nothing for quick work, and nothing to a file', () => {
    expect(run(true, 100)).toBe('');
    expect(run(false, 1000)).toBe('');
  });
});
