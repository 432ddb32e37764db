import { listeningLimits } from './listening-limits.js';

describe('listeningLimits', () => {
  it.each([
    [{}, { bytes: new Uint8Array(4), duration: 3600 }, 915_000],
    [{ firstByteMilliseconds: 100 }, { bytes: new Uint8Array(4), duration: 2 }, 600],
    [{ firstByteMilliseconds: 100 }, { bytes: new Uint8Array(8000) }, 600],
    [{ firstByteMilliseconds: 0 }, { bytes: new Uint8Array(4), duration: 3600 }, 0],
  ])('gives %j more time for a longer recording', (limits, recording, expected) => {
    expect(listeningLimits({ idleMilliseconds: 7, ...limits }, { format: 'wav', ...recording })).toEqual({
      idleMilliseconds: 7,
      firstByteMilliseconds: expected,
    });
  });
});
