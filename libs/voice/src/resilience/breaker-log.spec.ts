import { Logger } from '@nestjs/common';
import { BreakerLog } from './breaker-log.js';
import type { Upstreams, UpstreamEvent, UpstreamListener } from './upstreams.js';

describe('BreakerLog', () => {
  const lines: [string, string][] = [];
  let tell: UpstreamListener = () => undefined;
  let log: BreakerLog;

  beforeEach(() => {
    lines.length = 0;
    for (const level of ['log', 'warn', 'error'] as const) {
      jest
        .spyOn(Logger.prototype, level)
        .mockImplementation(
          (...words: unknown[]) => void lines.push([level, typeof words[0] === 'string' ? words[0] : JSON.stringify(words[0])]),
        );
    }
    const listeners = new Set<UpstreamListener>();
    const subscribe = (listener: UpstreamListener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    };
    log = new BreakerLog({ subscribe } as unknown as Upstreams);
    tell = (event) => listeners.forEach((listener) => listener(event));
  });
  afterEach(() => jest.restoreAllMocks());

  const event = (change: Partial<UpstreamEvent>, model = 'tts-1'): UpstreamEvent => ({
    upstream: { provider: 'openai', model, operation: 'speak', fingerprint: '0123456789abcdef' },
    from: 'closed',
    to: 'open',
    cause: 'server',
    alert: false,
    ...change,
  });

  it('says what has opened, why and for how long; an error only where somebody has to mend it', () => {
    tell(event({ openMilliseconds: 5040 }));
    tell(event({ cause: 'auth', alert: true, openMilliseconds: 60_000 }));
    tell(event({ cause: 'auth', from: 'half_open', openMilliseconds: 120_000 }));
    tell(event({ cause: 'manual' }));
    expect(lines).toEqual([
      ['warn', 'openai (speak, tts-1): open for 5.0 s (server)'],
      ['error', 'openai (speak, tts-1): open for 60.0 s (auth). Check the key and the account of openai: this does not pass by itself.'],
      ['warn', 'openai (speak, tts-1): open for 120.0 s (auth)'],
      ['warn', 'openai (speak, tts-1): open until it is closed by hand (manual)'],
    ]);
  });

  it('says what tries again and what is well', () => {
    tell(event({ from: 'open', to: 'half_open', cause: 'time' }));
    tell(event({ from: 'half_open', to: 'closed', cause: 'recovered' }));
    expect(lines).toEqual([
      ['log', 'openai (speak, tts-1): half open, real requests try (time)'],
      ['log', 'openai (speak, tts-1): closed (recovered)'],
    ]);
  });

  it('says what another process has found out', () => {
    tell(event({ openMilliseconds: 5000, elsewhere: true }));
    tell(event({ from: 'open', to: 'closed', cause: 'recovered', elsewhere: true }));
    expect(lines).toEqual([
      ['warn', 'openai (speak, tts-1): open for 5.0 s (server, told by another process)'],
      ['log', 'openai (speak, tts-1): closed (recovered, told by another process)'],
    ]);
  });

  it('says whose call it was', () => {
    const origin = { requestId: 'req_1', route: '/v1/audio/speech' };
    tell(event({ openMilliseconds: 5000, origin }));
    expect(lines).toEqual([['warn', JSON.stringify({ ...origin, message: 'openai (speak, tts-1): open for 5.0 s (server)' })]]);
  });

  it('holds nothing of the credentials', () => {
    tell(event({ cause: 'auth', alert: true }));
    expect(lines.flat().join(' ')).not.toContain('0123456789abcdef');
  });

  it('keeps a model that a client has made up to one short line', () => {
    tell(event({}, `gpt\n[Nest] ERROR: all is lost ${'!'.repeat(1000)}`));
    expect(lines[0]?.[1]).not.toMatch(/\n/);
    expect(lines[0]?.[1].length).toBeLessThan(200);
  });

  it('is quiet after the end', () => {
    log.onModuleDestroy();
    tell(event({}));
    expect(lines).toEqual([]);
  });
});
