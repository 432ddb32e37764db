import { ParlanceError } from '@parlance/contracts';
import { createRunner, VOICE_ON } from './__fixtures__/create-runner.js';
import type { ErrorEvent } from './turns/turn.types.js';

describe('a recording that is stored more slowly than its turn fails', () => {
  /** Sends one that is stored only when it could not be answered. */
  function create(voice_settings: object) {
    const made = createRunner({ agents: [{ agent_id: 'a', voice_settings: { ...VOICE_ON.voice_settings, ...voice_settings } }] });
    const { voice, files, run } = made;
    let fail = (): void => undefined;
    const failed = new Promise<void>((resolve) => (fail = resolve));
    const keep = files.keep.bind(files);
    jest.spyOn(files, 'keep').mockImplementation(async (recording) => {
      await failed;
      await new Promise(setImmediate);
      return keep(recording);
    });
    const failing = (): Promise<void> => {
      fail();
      return Promise.reject(new ParlanceError('unavailable', 'Nobody can.'));
    };
    return {
      voice,
      failing,
      send: async () => (await run({ agent: 'a', audio: Buffer.from('Hi'), thread: 't', id: 'x' })).at(-1) as ErrorEvent,
    };
  }

  it('is told where it lies, also when the message comes again', async () => {
    const { voice, failing, send } = create({ intent_detection_mode: 'always' });
    voice.beforeSpeech = failing;
    expect(await send()).toMatchObject({ type: 'error', text: 'Hi', history: [{ fileIds: ['recording-1'] }, {}] });
    voice.beforeSpeech = async () => undefined;
    expect(await send()).toMatchObject({ type: 'done', repeated: true, history: [{ fileIds: ['recording-1'] }, {}] });
  });

  it('is told where it lies when nobody could hear it', async () => {
    const { voice, failing, send } = create({});
    voice.beforeTranscript = failing;
    expect(await send()).toMatchObject({ type: 'error', text: null, history: [{ fileIds: ['recording-1'] }] });
  });
});
