import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeWithProgram,
  eventually,
  PATIENT_REDIS_ENVIRONMENT,
  REDIS_PROGRAMS,
  RedisServer,
  startWhatsAppStandIn,
  WHATSAPP_APP_SECRET,
  WHATSAPP_TOKEN,
  WHATSAPP_VERIFY_TOKEN,
  type WhatsAppPerson,
  type WhatsAppStandIn,
} from '@parlance/testing';
import { AgentDirectory } from '../e2e/support/agents.js';
import { echoingNumber } from '../e2e/support/whatsapp-world.js';
import { GatewayProcess } from './support/gateway-process.js';

jest.setTimeout(180_000);

describeWithProgram(REDIS_PROGRAMS, () => {
  describe('speech that WhatsApp could not deliver, as it tells two processes', () => {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-undelivered-'));
    const agents = new AgentDirectory();
    let whatsapp: WhatsAppStandIn;
    let redis: RedisServer;
    let gateways: GatewayProcess[];
    beforeAll(async () => {
      [redis, whatsapp] = await Promise.all([RedisServer.start(), startWhatsAppStandIn({ answerMilliseconds: 20_000 })]);
      agents.write('called.json', echoingNumber(whatsapp));
      const start = (name: string) =>
        GatewayProcess.start(directory, {
          PARLANCE_AGENTS_DIR: agents.path,
          PARLANCE_DATA_DIR: join(directory, name),
          REDIS_URL: redis.url,
          ...PATIENT_REDIS_ENVIRONMENT,
          WHATSAPP_TOKEN,
          WHATSAPP_APP_SECRET,
          WHATSAPP_VERIFY_TOKEN,
        });
      gateways = await Promise.all(['a', 'b'].map(start));
    });
    afterAll(async () => {
      await Promise.all(gateways.map((gateway) => gateway.kill()));
      await Promise.all([redis.stop(), whatsapp.close()]);
      agents.remove();
      rmSync(directory, { recursive: true, force: true });
    });

    /** Has the platform call this process from now on. */
    const callTo = async (index: number) => expect(await whatsapp.register(`${gateways[index]!.url}/webhooks/whatsapp/called`)).toBe(true);
    const sentTo = (person: WhatsAppPerson) => whatsapp.sent.filter((sent) => sent.person === person);
    const answers = async (person: WhatsAppPerson, count: number) => {
      await eventually(async () => sentTo(person).length >= count, 'There was no answer.', 60_000);
      return sentTo(person).map(({ content }) => (content.type === 'text' ? content.text : content.type));
    };
    const fails = (id: string) => whatsapp.report(id, ['failed'], { code: 131053, times: 3, atOnce: true });

    it.each([
      ['which live', false],
      ['which were both killed and started anew', true],
    ])('is sent in writing, once, by processes %s', async (_what, isKilled) => {
      const person = whatsapp.meet({ phone: isKilled ? '4915100001' : '4915100002', name: 'Ada' });
      const text = `Say that the ferry has left ${isKilled ? 'early' : 'late'}.`;
      await callTo(0);
      await whatsapp.deliver([whatsapp.text(person, text)]);
      expect(await answers(person, 1)).toEqual(['audio']);
      const id = sentTo(person)[0]!.id;
      if (isKilled) {
        await Promise.all(gateways.map((gateway) => gateway.kill()));
        await Promise.all(gateways.map((gateway) => gateway.restart()));
      }
      for (const index of [1, 0, 1]) {
        await callTo(index);
        await fails(id);
      }
      await answers(person, 2);
      await whatsapp.deliver([whatsapp.text(person, 'That was all.')]);
      expect(await answers(person, 3)).toEqual(['audio', text, 'That was all.']);
    });
  });
});
