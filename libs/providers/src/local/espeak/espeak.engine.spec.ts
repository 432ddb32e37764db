import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithProgram } from '@parlance/testing';
import { bytesOfSpeech, loudnessOf, noSignal, secondsOf, speechRequest } from '../__fixtures__/local-requests.js';
import { LocalSpeech } from '../local-speech.js';
import { LocalProvider } from '../local.provider.js';
import { EspeakEngine } from './espeak.engine.js';
import { findEspeakVoices, parseEspeakVoices } from './espeak-voices.js';

const TABLE = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  cmn             --/M      Chinese_(Mandarin,_latin_as_English) sit/cmn              (zh-cmn 5)(zh 5)
 5  de              --/M      German             gmw/de               
 5  de              --/M      German_again       gmw/de2              
 5  -x;rm           --/M      Bad                bad                  
`;

describe('parseEspeakVoices', () => {
  it('reads codes, names and languages, each code once', () => {
    expect(parseEspeakVoices(TABLE)).toEqual([
      {
        id: 'espeak/cmn',
        name: 'eSpeak NG Chinese (Mandarin, latin as English)',
        languages: ['zh'],
        models: ['espeak-ng'],
      },
      { id: 'espeak/de', name: 'eSpeak NG German', languages: ['de'], models: ['espeak-ng'] },
    ]);
  });

  it('has the voice first that a language is meant by', () => {
    const french = ` 5  fr-be  --/M  French_(Belgium)  roa/fr-BE  (fr 8)\n 5  fr-fr  --/M  French_(France)  roa/fr  (fr 5)\n`;
    expect(parseEspeakVoices(`Pty Language\n${french}`).map(({ id }) => id)).toEqual(['espeak/fr-fr', 'espeak/fr-be']);
  });

  it('finds none where there is no program', () => {
    expect(findEspeakVoices('/no/such/program')).toBeUndefined();
  });
});

describe('EspeakEngine with a program that fails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'espeak-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const german = speechRequest('Guten Tag.', { voice: 'espeak/de', model: 'espeak-ng', language: 'de' });

  const engineOf = (script: string) => {
    const program = join(folder, `program-${script.length}`);
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o700);
    return new EspeakEngine(program, parseEspeakVoices(TABLE));
  };

  it.each([['exit 3'], ['printf RIFF; exit 1'], ['head -c 100000 /dev/zero; kill -9 $$']])('%s', async (script) => {
    await expect(engineOf(script).speak(german, noSignal())).rejects.toMatchObject({ code: 'server' });
  });

  it('is not told to be installed where it is', async () => {
    const chinese = { ...german, voice: 'espeak/cmn' };
    const installed = new LocalSpeech([engineOf('exit 3')]).speak(chinese, noSignal());
    await expect(installed).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('Choose a voice of that language, set PARLANCE_LOCAL_SPEECH_MODEL'),
    });
  });

  it('that makes nothing', async () => {
    await expect(engineOf('cat >/dev/null').speak(german, noSignal())).rejects.toMatchObject({ code: 'empty' });
  });

  it('that is not there', async () => {
    const engine = new EspeakEngine('/no/such/program', parseEspeakVoices(TABLE));
    await expect(engine.speak(german, noSignal())).rejects.toMatchObject({ code: 'server' });
    await expect(engine.speak(german, noSignal())).rejects.toMatchObject({ code: 'server' });
  });

  it('that breaks off in the middle, or hangs until its caller leaves', async () => {
    const header =
      "printf 'RIFF    WAVEfmt \\020\\000\\000\\000\\001\\000\\001\\000\\042\\126\\000\\000\\104\\254\\000\\000\\002\\000\\020\\000data\\377\\377\\377\\177'";
    const broken = await engineOf(`${header}; head -c 1000 /dev/zero; exit 4`).speak(german, noSignal());
    expect(broken.sampleRate).toBe(22_050);
    await expect(bytesOfSpeech(broken)).rejects.toMatchObject({ code: 'server' });
    const controller = new AbortController();
    const hanging = await engineOf(`${header}; head -c 1000 /dev/zero; exec sleep 600`).speak(german, controller.signal);
    const read = bytesOfSpeech(hanging);
    controller.abort();
    await expect(read).rejects.toMatchObject({ code: 'aborted' });
  });
});

describeWithProgram('espeak-ng', () => {
  let provider: LocalProvider;
  beforeAll(() => {
    provider = new LocalProvider();
  });
  afterAll(() => provider.close());

  const TEXT = 'Guten Morgen, wie geht es Ihnen heute?';
  const german = (changes: Parameters<typeof speechRequest>[1] = {}) => ({
    model: 'espeak-ng',
    voice: 'espeak/de',
    language: 'de',
    ...changes,
  });
  const speak = (...[text, changes]: Parameters<typeof speechRequest>) => provider.speech.speak(speechRequest(text, changes), noSignal());

  it('speaks other languages', async () => {
    const { languages, models, voices } = provider.speech.capabilities;
    expect(models.map(({ id }) => id)).toEqual(['flite', 'espeak-ng']);
    expect(languages).toEqual(expect.arrayContaining(['en', 'de', 'fr-FR', 'zh', 'ru']));
    expect(voices[0]?.id).toBe('slt');
    const audio = await speak(TEXT, german());
    expect(audio).toMatchObject({ format: 'pcm', sampleRate: 22_050, warnings: [] });
    const bytes = await bytesOfSpeech(audio);
    expect(secondsOf(bytes, audio.sampleRate)).toBeGreaterThan(1.5);
    expect(Math.abs(loudnessOf(bytes) + 16)).toBeLessThan(4);
    const russian = await bytesOfSpeech(await speak('Привет', { model: 'espeak-ng', voice: 'espeak/ru', language: 'ru' }));
    expect(loudnessOf(russian)).toBeGreaterThan(-30);
  });

  it('makes the samples the program makes', async () => {
    const wav = execFileSync('espeak-ng', ['--stdin', '--stdout', '-b', '1', '-v', 'de'], { input: TEXT });
    const bytes = await bytesOfSpeech(await speak(TEXT, german()));
    expect(bytes).toHaveLength(wav.length - 44);
  });

  it('changes its speed, and says where it cannot', async () => {
    const normal = (await bytesOfSpeech(await speak(TEXT, german()))).length;
    const fast = await speak(TEXT, german({ speed: 2 }));
    expect((await bytesOfSpeech(fast)).length / normal).toBeLessThan(0.7);
    expect(fast.warnings).toEqual([]);
    const slow = await speak(TEXT, german({ speed: 0.25, pitch: -12 }));
    expect(slow.warnings.map(({ code, param }) => [code, param])).toEqual([
      ['clipped', 'speed'],
      ['clipped', 'pitch'],
    ]);
    expect((await bytesOfSpeech(slow)).length / normal).toBeGreaterThan(1.6);
  });

  it('takes no text and no voice for an option or a notation', async () => {
    const spoken = async (text: string) => secondsOf(await bytesOfSpeech(await speak(text, german())), 22_050);
    expect(await spoken('-v en --help')).toBeGreaterThan(0.5);
    // As notation it would be one short word.
    expect(await spoken("[[h@l'oU]]")).toBeGreaterThan(1);
    expect(await spoken("[[[h@l'oU]]]")).toBeGreaterThan(1);
    await expect(speak(TEXT, german({ voice: 'espeak/de --help' }))).rejects.toMatchObject({ code: 'not_found' });
    await expect(speak(TEXT, german({ voice: 'espeak/../x' }))).rejects.toMatchObject({ code: 'not_found' });
    await expect(speak(TEXT, german({ language: 'fr' }))).rejects.toMatchObject({ code: 'unsupported', param: 'language' });
    await expect(speak(TEXT, german({ voice: 'slt' }))).rejects.toMatchObject({ code: 'unsupported', param: 'voice' });
    await expect(speak('...', german())).rejects.toMatchObject({ code: 'unsupported', reason: 'nothing_speakable', param: 'text' });
  });

  it('reads numbers in a row, and what has no spaces, to the end', async () => {
    const seconds = async (text: string, voice: string, language: string) =>
      secondsOf(await bytesOfSpeech(await speak(text, { model: 'espeak-ng', voice, language })), 22_050);
    const twice = async (text: string, voice: string, language: string) =>
      (await seconds(text + text, voice, language)) / (await seconds(text, voice, language));
    expect(await twice('9876543 '.repeat(30), 'espeak/de', 'de')).toBeGreaterThan(1.9);
    expect(await twice('今天天气很好我们去公园散步'.repeat(12), 'espeak/cmn', 'zh')).toBeGreaterThan(1.9);
    expect(await twice('きょうはてんきがいいです'.repeat(12), 'espeak/ja', 'ja')).toBeGreaterThan(1.9);
  });

  it('ends with its caller, and lets the next one in', async () => {
    const long = `${TEXT} `.repeat(25);
    for (let round = 0; round < 6; round++) {
      const controller = new AbortController();
      const audio = await provider.speech.speak(speechRequest(long, german()), controller.signal);
      const read = bytesOfSpeech(audio);
      controller.abort();
      await expect(read).rejects.toMatchObject({ code: 'aborted' });
      for await (const chunk of (await speak(long, german())).chunks) if (chunk.length > 0) break;
    }
    expect(secondsOf(await bytesOfSpeech(await speak(TEXT, german())), 22_050)).toBeGreaterThan(1.5);
  });
});
