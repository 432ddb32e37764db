import { withoutLink } from './kept-link.js';

const LINK = { url: 'http://127.0.0.1/objects/k?signature=s', expiresAt: '2026-11-28T06:00:00.000Z' };
const GONE = { url: null, expiresAt: null };
const file = { id: 'f', key: 'k' };

describe('withoutLink', () => {
  it('takes the link out of stored speech, and out of the audio of a turn', () => {
    expect(JSON.parse(withoutLink(JSON.stringify({ file, ...LINK, audio: null })))).toEqual({ file, ...GONE, audio: null });
    const turn = { object: 'turn', text: 'Hi.', audio: { format: 'mp3', file, ...LINK } };
    expect(JSON.parse(withoutLink(JSON.stringify(turn)))).toEqual({ ...turn, audio: { format: 'mp3', file, ...GONE } });
  });

  it.each([
    { file: null, url: null, audio: { data: 'AAAA' } },
    { object: 'turn', text: 'Hi.', audio: null },
  ])('leaves %j as it is', (answer) => {
    expect(withoutLink(JSON.stringify(answer))).toBe(JSON.stringify(answer));
  });
});
