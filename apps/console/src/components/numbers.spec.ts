import { showBytes, showClock, showDuration, showMilliseconds, showShare } from './numbers.js';

it.each([
  [0.4, '0 ms'],
  [999, '999 ms'],
  [1240, '1.24 s'],
  [123_000, '2 min 3 s'],
])('%d milliseconds are %s', (milliseconds, text) => expect(showMilliseconds(milliseconds)).toBe(text));

it.each([
  [0, '0:00'],
  [7.9, '0:07'],
  [754, '12:34'],
  [3723, '1:02:03'],
  [-1, '0:00'],
])('%d seconds are shown as %s', (seconds, text) => expect(showClock(seconds)).toBe(text));

it.each([
  [0, '0 s'],
  [6, '6 s'],
  [300, '5 min'],
  [11_045, '3 h 4 min'],
  [183_600, '2 d 3 h'],
])('%d seconds last %s', (seconds, text) => expect(showDuration(seconds)).toBe(text));

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [4300, '4.2 KiB'],
  [1_572_864, '1.5 MiB'],
  [5_497_558_138_880, '5120.0 GiB'],
])('%d bytes are %s', (bytes, text) => expect(showBytes(bytes)).toBe(text));

it.each([
  [3, 4, '75 %'],
  [0, 0, '–'],
])('%d of %d is %s', (part, whole, text) => expect(showShare(part, whole)).toBe(text));
