import { AbortedError, ParlanceError } from '@parlance/contracts';
import type { FileLink, VoiceFiles } from '@parlance/voice';
import { withLinkOfNow, withoutLink } from './kept-link.js';

const LINK = { url: 'http://127.0.0.1/objects/k?signature=s', expiresAt: '2026-11-28T06:00:00.000Z' };
const GONE = { url: null, expiresAt: null };
const file = { id: 'f', key: 'k' };
const turn = { object: 'turn', text: 'Hi.', audio: { format: 'mp3', file, ...GONE } };

describe('withoutLink', () => {
  it('takes the link out of stored speech, and out of the audio of a turn', () => {
    expect(JSON.parse(withoutLink(JSON.stringify({ file, ...LINK, audio: null })))).toEqual({ file, ...GONE, audio: null });
    expect(JSON.parse(withoutLink(JSON.stringify({ ...turn, audio: { ...turn.audio, ...LINK } })))).toEqual(turn);
  });

  it.each([
    { file: null, url: null, audio: { data: 'AAAA' } },
    { object: 'turn', text: 'Hi.', audio: null },
  ])('leaves %j as it is', (answer) => {
    expect(withoutLink(JSON.stringify(answer))).toBe(JSON.stringify(answer));
  });
});

describe('withLinkOfNow', () => {
  const asked: unknown[][] = [];
  beforeEach(() => asked.splice(0));

  /** Of a store that makes links as it is told. */
  const renewal = (link: () => Promise<FileLink>, { needed = false, signal = new AbortController().signal } = {}) => {
    const files = { link: (...given: unknown[]) => (asked.push(given), link()) } as unknown as VoiceFiles;
    return { files, expiresInSeconds: undefined, needed, signal };
  };
  const good = () => Promise.resolve(LINK);
  const gone = () => Promise.reject(new ParlanceError('not_found', 'No such file.'));

  it('gives stored speech, and the audio of a turn, a link that is good now, for an hour where nothing else is said', async () => {
    const speech = await withLinkOfNow(JSON.stringify({ file, ...GONE }), renewal(good));
    expect(JSON.parse(speech!)).toEqual({ file, ...LINK });
    const again = await withLinkOfNow(JSON.stringify(turn), { ...renewal(good), expiresInSeconds: 60 });
    expect(JSON.parse(again!)).toEqual({ ...turn, audio: { ...turn.audio, ...LINK } });
    expect(asked.map(([id, seconds]) => [id, seconds])).toEqual([
      ['f', 3600],
      ['f', 60],
    ]);
  });

  it('gives none where the file is gone, and nothing at all where that is what was asked for', async () => {
    const body = JSON.stringify(turn);
    expect(await withLinkOfNow(body, renewal(gone))).toBe(body);
    expect(await withLinkOfNow(body, renewal(gone, { needed: true }))).toBeUndefined();
  });

  it('asks for no link where nothing was stored', async () => {
    const body = JSON.stringify({ ...turn, audio: null });
    expect(await withLinkOfNow(body, renewal(good, { needed: true }))).toBe(body);
    expect(asked).toEqual([]);
  });

  it('takes neither a caller who has left nor a fault of ours for a file that is gone', async () => {
    const left = renewal(gone, { needed: true, signal: AbortSignal.abort() });
    await expect(withLinkOfNow(JSON.stringify(turn), left)).rejects.toThrow(AbortedError);
    const broken = renewal(() => Promise.reject(new TypeError('broken')));
    await expect(withLinkOfNow(JSON.stringify(turn), broken)).rejects.toThrow(TypeError);
  });
});
