import { describeWithProgram, eventually, REDIS_PROGRAMS } from '@parlance/testing';
import { held } from '../e2e/support/text-world.js';
import { ChannelReplicas, type ChannelReplica } from './support/channel-replicas.js';

jest.setTimeout(180_000);

describeWithProgram(REDIS_PROGRAMS, () => {
  let replicas: ChannelReplicas;

  describe('conversations that come to two processes', () => {
    beforeAll(async () => {
      replicas = await ChannelReplicas.start('webhook');
    });
    afterAll(() => replicas.close());
    /** How often its vendor was asked to speak. */
    const spoken = ({ vendor }: ChannelReplica) => vendor.calls.filter(({ path }) => path.endsWith('/speech')).length;
    const indexOf = (replica: ChannelReplica) => replicas.all.indexOf(replica);

    it('keep their order, whichever of the two is told, and are answered once though both are', async () => {
      const chat = replicas.chat();
      const words = Array.from({ length: 8 }, (_, index) => `Message ${index}`);
      for (const [index, text] of words.entries()) {
        const update = replicas.telegram.posts.text(chat, text);
        for (const replica of [index % 2, (index + 1) % 2]) expect(await replicas.tell(replica, update)).toEqual([200]);
      }
      await replicas.answers(chat, words.length);
      await replicas.says(0, chat, 'That was all.');
      expect(await replicas.answers(chat, words.length + 1)).toEqual([...words, 'That was all.']);
    });

    it('go on in the other when one is killed over an answer, which arrives once', async () => {
      const chat = replicas.chat();
      const { hold, release } = held();
      replicas.hold(hold);
      await replicas.says(0, chat, 'Say that you are there.');
      const maker = await replicas.speaking();
      const other = 1 - indexOf(maker);
      await replicas.says(other, chat, 'And then?');
      await maker.gateway.kill();
      release();
      expect(await replicas.answers(chat, 2)).toEqual(['Say that you are there.', 'And then?']);
      expect(replicas.all.map(spoken)).toEqual([1, 1]);
      await maker.gateway.restart();
      await replicas.says(indexOf(maker), chat, 'That was all.');
      expect(await replicas.answers(chat, 3)).toEqual(['Say that you are there.', 'And then?', 'That was all.']);
      expect(replicas.sentTo(chat)[0]).toMatchObject({ method: 'sendVoice' });
    });

    it.each([
      ['finishes an answer that it has time for', true],
      ['leaves to the other what it has no time for', false],
    ])('one that is told to stop %s, and it arrives once', async (_what, inTime) => {
      const chat = replicas.chat();
      const { hold, release } = held();
      replicas.hold(hold);
      const text = `Say ${inTime ? 'goodbye' : 'farewell'} to everybody.`;
      await replicas.says(0, chat, text);
      const maker = await replicas.speaking();
      const stopped = maker.gateway.stop();
      // It takes no more calls once it stops.
      const refuses = () =>
        fetch(`${maker.gateway.url}/v1/agents`).then(
          ({ status }) => status === 503,
          () => true,
        );
      await eventually(refuses, 'It does not stop.', 20_000);
      if (inTime) release();
      expect(await stopped).toBe(0);
      expect(replicas.sentTo(chat)).toHaveLength(inTime ? 1 : 0);
      release();
      await replicas.answers(chat);
      await maker.gateway.restart();
      await replicas.says(indexOf(maker), chat, 'That was all.');
      expect(await replicas.answers(chat, 2)).toEqual([text, 'That was all.']);
      expect([spoken(maker), spoken(replicas.all[1 - indexOf(maker)]!)]).toEqual([1, inTime ? 0 : 1]);
    });

    it('have an answer in the making sent once when Redis, which fell silent over it, is back', async () => {
      const chat = replicas.chat();
      const { hold, release } = held();
      replicas.hold(hold);
      await replicas.says(0, chat, 'Say that it is late.');
      await replicas.speaking();
      await replicas.redis.pause();
      release();
      try {
        const notices = async ({ gateway }: ChannelReplica) =>
          (await (await fetch(`${gateway.url}/health/ready`)).text()).includes('"redis":"away"');
        await eventually(async () => (await Promise.all(replicas.all.map(notices))).includes(true), 'Nobody noticed.', 30_000);
      } finally {
        replicas.redis.resume();
      }
      await replicas.answers(chat);
      await replicas.says(1, chat, 'That was all.');
      expect(await replicas.answers(chat, 2)).toEqual(['Say that it is late.', 'That was all.']);
    });

    it('are answered while Redis is silent, once, and go on when it is back', async () => {
      const [chat, other] = [replicas.chat(), replicas.chat()];
      await replicas.says(0, chat, 'Before.');
      await replicas.answers(chat);
      await replicas.redis.pause();
      try {
        const told = [replicas.tell(0, replicas.telegram.posts.text(chat, 'Meanwhile.'))];
        expect(await Promise.all(told)).toEqual([[200]]);
        expect(await replicas.says(1, other, 'Elsewhere.')).toEqual([200]);
        expect(await replicas.answers(chat, 2)).toEqual(['Before.', 'Meanwhile.']);
        expect(await replicas.answers(other)).toEqual(['Elsewhere.']);
      } finally {
        replicas.redis.resume();
      }
      const isBack = async ({ gateway }: ChannelReplica) =>
        (await (await fetch(`${gateway.url}/health/ready`)).text()).includes('"redis":"up"');
      for (const replica of replicas.all) await eventually(() => isBack(replica), 'Redis did not come back.', 30_000);
      for (const replica of [0, 1]) {
        await replicas.says(replica, chat, `After, to ${replica}.`);
        await replicas.answers(chat, 3 + replica);
      }
      expect(await replicas.answers(chat, 4)).toEqual(['Before.', 'Meanwhile.', 'After, to 0.', 'After, to 1.']);
      await replicas.says(0, other, 'That was all.');
      expect(await replicas.answers(other, 2)).toEqual(['Elsewhere.', 'That was all.']);
    });
  });
});
