import { deliveryOf, fileName, FORMATS } from './formats.js';

it.each([
  ['mp3', true, 'stream'],
  ['mp3', false, 'whole'],
  ['wav', false, 'samples'],
  ['pcm', true, 'samples'],
  ['opus', true, 'whole'],
  ['flac', true, 'whole'],
] as const)('%s, where the browser can stream: %s, is heard as %s', (format, can, delivery) => {
  expect(deliveryOf(format, () => can)).toBe(delivery);
});

it('every format has a file name', () => {
  expect(FORMATS.map(fileName)).toEqual(['speech.mp3', 'speech.ogg', 'speech.aac', 'speech.flac', 'speech.wav', 'speech.pcm']);
});
