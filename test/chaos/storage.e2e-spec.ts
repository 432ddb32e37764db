import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { VoiceFile, Warning } from '@parlance/contracts';
import { S3ObjectStore } from '@parlance/storage';
import { CEPH_PROGRAMS, CephServer, describeWithProgram, eventually, FaultProxy, spokenAudio } from '@parlance/testing';
import { newText } from './support/ask.js';
import { startFleet, type Fleet } from './support/fleet.js';

const BUCKET = 'chaos';
const audio = spokenAudio('mp3');

interface Spoken {
  status: number;
  file: VoiceFile | null;
  url: string | null;
  audio: { data: string; mediaType: string } | null;
  warnings: Warning[];
}

let agents = 0;

/** Speech that nobody has stored before: the same audio, under another agent's name. */
async function speak({ url }: Pick<Fleet, 'url'>): Promise<Spoken> {
  const response = await fetch(`${url}/v1/voice/speak`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: newText(), voice: 'alloy', agent: `a${agents++}`, delivery: 'url' }),
  });
  return { status: response.status, ...((await response.json()) as Omit<Spoken, 'status'>) };
}

/** Whoever asked has the audio, or a link. */
function expectWhole(spoken: Spoken): void {
  expect(spoken.status).toBe(200);
  if (spoken.audio === null) {
    expect(spoken).toMatchObject({ file: { sizeBytes: audio.length }, url: expect.stringContaining('http'), warnings: [] });
  } else {
    expect(Buffer.from(spoken.audio.data, 'base64').equals(audio)).toBe(true);
    expect(spoken).toMatchObject({
      file: null,
      url: null,
      audio: { mediaType: 'audio/mpeg' },
      warnings: [{ code: 'storage_unavailable' }],
    });
  }
}

async function expectAlive(links: readonly Spoken[]): Promise<void> {
  for (const { url } of links) {
    if (url === null) continue;
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(audio)).toBe(true);
  }
}

/** Fault 19: the object store is away. */
describeWithProgram(CEPH_PROGRAMS, () => {
  let ceph: CephServer;
  let network: FaultProxy;
  let fleet: Fleet;
  let store: S3ObjectStore;
  beforeAll(async () => {
    ceph = await CephServer.start();
    network = await FaultProxy.start(ceph.endpoint);
    const { accessKey, secretKey } = ceph;
    fleet = await startFleet({
      environment: { S3_ENDPOINT: network.url, S3_BUCKET: BUCKET, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey },
    });
    store = new S3ObjectStore({ endpoint: ceph.endpoint, region: 'us-east-1', bucket: BUCKET, accessKey, secretKey });
  }, 60_000);
  afterAll(async () => {
    await fleet.close();
    store.close();
    await network.close();
    await ceph.stop();
  });

  const stored = async (): Promise<number> => {
    let count = 0;
    for await (const { key } of store.list('voice/speech/')) count += key === '' ? 0 : 1;
    return count;
  };
  /** As before: speech has links again, and nothing that was spoken is missing. */
  const recovered = async (): Promise<void> => {
    await eventually(async () => (await speak(fleet)).url !== null, 'There are no links again.', 40_000);
    await eventually(async () => (await stored()) === agents, 'Something was not stored.', 40_000);
  };

  it('speech has a link that leads to it', async () => {
    const spoken = await speak(fleet);
    expectWhole(spoken);
    expect(spoken.audio).toBeNull();
    await expectAlive([spoken]);
  });

  it.each([
    ['slow', () => network.delay(1200), true],
    ['a black hole', () => network.blackHole(), false],
    ['reset', () => network.reset(), false],
    ['refused', () => network.refuse(), false],
    ['garbled', () => network.garble(), false],
    ['cut off', () => network.cutAfter(40), false],
  ] as const)(
    'speech is delivered while it is %s, and stored when it is not any more',
    async (_what, fail, mayStore) => {
      await fail();
      const during = await Promise.all(Array.from({ length: 8 }, () => speak(fleet)));
      for (const spoken of during) expectWhole(spoken);
      if (!mayStore) expect(during.filter(({ url }) => url !== null)).toEqual([]);
      await network.pass();
      await recovered();
      await expectAlive(during);
    },
    90_000,
  );

  it('no request fails and no link is dead when it is killed under load', async () => {
    const all: Spoken[] = [];
    let left = 60;
    const caller = async () => {
      while (left-- > 0) all.push(await speak(fleet));
    };
    const callers = Promise.all(Array.from({ length: 6 }, caller));
    await eventually(() => Promise.resolve(all.length >= 10), 'Nobody was served.', 20_000);
    await ceph.kill();
    await callers;
    expect(all).toHaveLength(60);
    for (const spoken of all) expectWhole(spoken);
    expect(all.some(({ url }) => url === null) && all.some(({ url }) => url !== null)).toBe(true);
    await ceph.restart();
    await recovered();
    await expectAlive(all);
  }, 90_000);
});

describe('an object store that has too much to do', () => {
  let busy: Server;
  let fleet: Fleet;
  beforeAll(async () => {
    busy = createServer((request, response) => {
      request.resume();
      response.writeHead(503, { 'content-type': 'application/xml' }).end('<Error><Code>SlowDown</Code></Error>');
    }).listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const endpoint = `http://127.0.0.1:${(busy.address() as AddressInfo).port}`;
    fleet = await startFleet({ environment: { S3_ENDPOINT: endpoint, S3_ACCESS_KEY: 'a', S3_SECRET_KEY: 'b' } });
  });
  afterAll(async () => {
    await fleet.close();
    busy.closeAllConnections();
    busy.close();
  });

  it('fails no request', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => speak(fleet)));
    for (const spoken of all) expectWhole(spoken);
    expect(all.map(({ url }) => url)).toEqual(Array<null>(10).fill(null));
  });
});
