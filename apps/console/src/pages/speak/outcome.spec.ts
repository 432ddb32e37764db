import { outcomeOf } from './outcome.js';

it('reads what the headers of speech say', () => {
  const headers = new Headers({
    'x-parlance-provider': 'local',
    'x-parlance-model': 'flite',
    'x-parlance-voice': 'slt',
    'x-parlance-cache': 'miss',
    'x-parlance-attempts': '2',
    'x-parlance-warning': 'clipped: at 24000 Hz',
    'x-request-id': 'req_1',
    'x-parlance-timing': 'lookup;dur=0.4, deepgram;dur=12, local;dur=31.5, first-audio;dur=44.25',
  });
  expect(outcomeOf(headers)).toEqual({
    provider: 'local',
    model: 'flite',
    voice: 'slt',
    cache: 'miss',
    attempts: '2',
    warning: 'clipped: at 24000 Hz',
    requestId: 'req_1',
    gatewayMilliseconds: 44.25,
  });
});

it('leaves out what is not there', () => {
  expect(outcomeOf(new Headers({ 'x-parlance-cache': 'hit', 'x-parlance-timing': 'lookup;dur=1' }))).toEqual({ cache: 'hit' });
});
