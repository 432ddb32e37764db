import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { chunksOf, speech } from '../__fixtures__/fake-voice.js';
import { postJson, type Answer } from '../__fixtures__/post.js';

const body = JSON.stringify({ input: 'Hello', model: 'tts-1', voice: 'alloy' });
const KEYS = { PARLANCE_API_KEYS: 'first-key-of-tests,second-key-of-tests', PARLANCE_RATE_LIMIT_PER_MINUTE: '5' };
const bearer = (key = 'first-key-of-tests') => ({ authorization: `Bearer ${key}` });

describe('speech that is asked for again', () => {
  let gateway: FakeGateway;
  let asked: number;
  let repeated: number;
  let isKnown: boolean;

  beforeEach(async () => {
    gateway = await startFakeGateway(KEYS);
    [asked, repeated, isKnown] = [0, 0, true];
    const whole = () => speech(chunksOf('whole'), { bytes: Buffer.from('whole') });
    const again = async () => {
      if (!isKnown) return undefined;
      repeated += 1;
      return whole();
    };
    gateway.voice.speak = async () => {
      asked += 1;
      return { ...whole(), again };
    };
  });
  afterEach(() => gateway.close());

  const post = (headers: Record<string, string> = bearer(), sent = body): Promise<Answer> =>
    postJson(`${gateway.url}/v1/audio/speech`, sent, headers);

  it('is answered as before without being planned again', async () => {
    const first = await post();
    const second = await post();
    expect({ asked, repeated }).toEqual({ asked: 1, repeated: 1 });
    expect(second).toMatchObject({ status: 200, text: 'whole' });
    const named = ({ headers }: Answer) => [...headers.keys()].toSorted();
    expect(named(second)).toEqual(named(first));
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  });

  it('goes the whole way when it is written in another way, or is no longer known', async () => {
    await post();
    await post(bearer(), `${body} `);
    expect({ asked, repeated }).toEqual({ asked: 2, repeated: 0 });
    isKnown = false;
    expect(await post()).toMatchObject({ status: 200, text: 'whole' });
    expect({ asked, repeated }).toEqual({ asked: 3, repeated: 0 });
  });

  it('asks for a key all the same', async () => {
    await post();
    expect((await post({})).status).toBe(401);
    expect((await post(bearer('no-key-of-tests'))).json.error).toMatchObject({ code: 'invalid_api_key' });
    expect((await post(bearer('second-key-of-tests'))).status).toBe(200);
    expect({ asked, repeated }).toEqual({ asked: 1, repeated: 1 });
  });

  it('counts each once against the limit', async () => {
    const remaining = async () => (await post()).headers.get('x-ratelimit-remaining-requests');
    expect([await remaining(), await remaining()]).toEqual(['4', '3']);
    isKnown = false;
    expect(await remaining()).toBe('2');
    isKnown = true;
    expect([await remaining(), await remaining()]).toEqual(['1', '0']);
    expect(await post()).toMatchObject({ status: 429, json: { error: { code: 'rate_limit_exceeded' } } });
  });

  it('is left to the route where it has a key of idempotency', async () => {
    await post();
    const answer = await post({ ...bearer(), 'idempotency-key': 'once' });
    expect(answer.headers.get('x-parlance-idempotency')).toBe('stored');
    expect(repeated).toBe(0);
  });
});
