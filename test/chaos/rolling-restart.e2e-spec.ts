import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithProgram, eventually, PATIENT_REDIS_ENVIRONMENT, REDIS_PROGRAMS, startSentenceStandIn } from '@parlance/testing';
import { Webhook } from 'standardwebhooks';
import { Receiver } from '../../apps/gateway/src/jobs/__fixtures__/receiver.js';
import { AgentDirectory } from '../e2e/support/agents.js';
import { ReadinessProxy } from './support/readiness-proxy.js';
import { startReplicas, type Replicas } from './support/replicas.js';
import { SteadyLoad } from './support/steady-load.js';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const MINUTE = 60_000;
jest.setTimeout(5 * MINUTE);

describeWithProgram(REDIS_PROGRAMS, () => {
  let directory: string;
  let agents: AgentDirectory;
  let proxy: ReadinessProxy;
  let receiver: Receiver;
  let replicas: Replicas;
  let load: SteadyLoad | undefined;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-rolling-'));
    agents = new AgentDirectory();
    agents.write('repeater.json', {
      graph: 'echo',
      voice_settings: { enabled: true, intent_detection_mode: 'keywords', intent_keywords: ['sentence'] },
    });
    [proxy, receiver] = await Promise.all([ReadinessProxy.start(), Receiver.start()]);
    replicas = await startReplicas(
      {
        ...PATIENT_REDIS_ENVIRONMENT,
        PARLANCE_AGENTS_DIR: agents.path,
        PARLANCE_DATA_DIR: directory,
        PARLANCE_PUBLIC_URL: proxy.url,
        PARLANCE_WEBHOOK_SECRET: secret,
        PARLANCE_WEBHOOK_ALLOW_PRIVATE: 'true',
        // Four times as long as the proxy takes to look, and less than the long stream takes.
        PARLANCE_STOP_DELAY_MILLISECONDS: '4000',
        PARLANCE_STOP_GRACE_MILLISECONDS: String(MINUTE),
      },
      () => startSentenceStandIn({ millisecondsPerCharacter: 3 }),
    );
    for (const { url } of replicas.all) proxy.add(url);
    await eventually(async () => replicas.all.every(({ url }) => proxy.isReady(url)), 'They are not ready.', MINUTE);
  }, 3 * MINUTE);
  afterAll(async () => {
    const stopped = load?.stop();
    await replicas.close();
    await stopped;
    await Promise.all([proxy.close(), receiver.close()]);
    agents.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  it('25: replicas that are restarted one after the other under load cost no request, no stream and no job', async () => {
    const calling = (load = new SteadyLoad(proxy.url, receiver.url));
    const good = (kind: string) =>
      eventually(async () => calling.counts[kind]! > 0 || calling.failures.length > 0, `There was no ${kind}.`, MINUTE);
    await Promise.all(Object.keys(calling.counts).map(good));

    const exits: (number | undefined)[] = [];
    for (const replica of replicas.all) {
      const { url } = replica;
      await eventually(async () => proxy.connectionsOf(url).open > 0, 'Nobody has come to it.', MINUTE);
      exits.push(await replica.stop());
      const { taken } = proxy.connectionsOf(url);
      await replica.restart();
      await eventually(async () => proxy.connectionsOf(url).taken > taken, 'Nobody comes back to it.', MINUTE);
    }
    await calling.stop();

    expect(calling.failures).toEqual([]);
    expect(exits).toEqual([0, 0, 0]);
    const told = () => receiver.received.map(({ body, headers }) => new Webhook(secret).verify(body, headers as Record<string, string>));
    await eventually(async () => receiver.received.length >= calling.jobs.size, 'The end of a job was not told.', MINUTE);
    expect((told() as { type: string; data: { id: string } }[]).map(({ type, data }) => `${type} ${data.id}`).toSorted()).toEqual(
      [...calling.jobs.keys()].map((id) => `job.completed ${id}`).toSorted(),
    );
    const asked = replicas.vendor.calls.map(({ body }) => body.toString());
    for (const text of calling.jobs.values()) expect([text, asked.filter((body) => body.includes(text)).length]).toEqual([text, 1]);
  });
});
