import { describeWithProgram, eventually, REDIS_PROGRAMS } from '@parlance/testing';
import { ChannelReplicas, type ChannelReplica } from './support/channel-replicas.js';

jest.setTimeout(180_000);

describeWithProgram(REDIS_PROGRAMS, () => {
  let replicas: ChannelReplicas;

  describe('a bot that two processes poll for', () => {
    beforeAll(async () => {
      replicas = await ChannelReplicas.start('polling');
    });
    afterAll(() => replicas.close());

    const leader = () => replicas.redis.command('GET', 'parlance:telegram:poller:{123456789}');
    const polls = () => replicas.telegram.callsOf('getUpdates').length;
    const asks = (chat: ReturnType<ChannelReplicas['chat']>, text: string) =>
      replicas.telegram.enqueue(replicas.telegram.posts.text(chat, text));

    it('is polled by one of them, and by the other when that is killed; nothing is answered twice', async () => {
      const chat = replicas.chat();
      const words = ['One.', 'Two.', 'Three.', 'Four.', 'Five.'];
      const [one, two, three, four, five] = words as [string, string, string, string, string];
      asks(chat, one);
      await replicas.answers(chat);
      const first = await leader();
      const before = polls();
      await eventually(async () => polls() > before + 2, 'Nobody polls.', 60_000);
      expect([await leader(), typeof first]).toEqual([first, 'string']);
      const [a, b] = replicas.all as [ChannelReplica, ChannelReplica];
      await a.gateway.kill();
      asks(chat, two);
      await replicas.answers(chat, 2);
      await a.gateway.restart();
      asks(chat, three);
      await replicas.answers(chat, 3);
      await b.gateway.kill();
      asks(chat, four);
      asks(chat, five);
      expect(await replicas.answers(chat, 5)).toEqual(words);
      // Each of the two has been the one, and neither is any more.
      expect(await leader()).not.toBe(first);
      await eventually(async () => replicas.telegram.account().queue.length === 0, 'The messages were not confirmed.', 60_000);
      expect(replicas.sentTo(chat)).toHaveLength(words.length);
    });
  });
});
