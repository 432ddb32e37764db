import { AZURE_KEY, openaiError, readSsml, spokenAudio, startAzureStandIn, type Fault, type StandIn } from '@parlance/testing';
import OpenAI, { APIError, toFile } from 'openai';
import { errorOf, newText, speak } from './support/ask.js';
import { startFleet, type Fleet } from './support/fleet.js';

const down: Fault = {
  kind: 'reply',
  status: 503,
  headers: { 'content-type': 'application/json' },
  body: openaiError(503, 'Down.').body as string,
};

describe('what callers see', () => {
  let fleet: Fleet;
  let azure: StandIn;
  beforeAll(async () => {
    azure = await startAzureStandIn();
    fleet = await startFleet({
      environment: {
        AZURE_SPEECH_KEY: AZURE_KEY,
        AZURE_SPEECH_REGION: 'westeurope',
        AZURE_SPEECH_ENDPOINT: azure.url,
        PARLANCE_RETRIES: '2',
        PARLANCE_SPEECH_PLAN: 'first,second,azure',
      },
    });
  });
  beforeEach(async () => {
    azure.reset();
    await fleet.reset();
  });
  afterAll(async () => {
    await fleet.close();
    await azure.close();
  });

  const patient = () => new OpenAI({ baseURL: `${fleet.url}/v1`, apiKey: 'none needed' });

  it('24: one clear error when all have failed, which the official client does not multiply', async () => {
    for (const vendor of [fleet.first, fleet.second]) vendor.standIn.fail(...Array.from({ length: 9 }, () => down));
    azure.fail(...Array.from({ length: 9 }, () => down));
    const failure = await patient()
      .audio.speech.create({ model: 'tts-1', voice: 'alloy', input: newText() })
      .catch((error: unknown) => error as APIError);
    expect(failure).toBeInstanceOf(APIError);
    const { status, headers, error } = failure as APIError;
    expect(status).toBe(503);
    expect(headers?.get('x-should-retry')).toBe('false');
    const { message, attempts } = error as { message: string; attempts: { provider: string; outcome: string }[] };
    expect(message).toMatch(/^Every provider of the plan has failed \(first: server, .*azure: server\)\. Try again later\.$/);
    expect(new Set(attempts.map(({ provider }) => provider))).toEqual(new Set(['first', 'second', 'azure']));
    // Three providers, and the two retries that one request may make: no more, whatever the client would do by itself.
    const hits = fleet.first.standIn.calls.length + fleet.second.standIn.calls.length + azure.calls.length;
    expect(hits).toBe(5);
    expect(attempts).toHaveLength(hits);
  });

  it('24: the same for a transcription', async () => {
    for (const vendor of [fleet.first, fleet.second]) vendor.standIn.fail(...Array.from({ length: 9 }, () => down));
    const file = await toFile(spokenAudio('wav'), 'speech.wav');
    await expect(patient().audio.transcriptions.create({ model: 'whisper-1', file })).rejects.toMatchObject({
      status: 503,
      headers: expect.objectContaining({}),
    });
    expect(fleet.first.standIn.calls.length + fleet.second.standIn.calls.length).toBe(4);
  });

  it('carries on with what one base URL away was down', async () => {
    fleet.first.standIn.fail(...Array.from({ length: 3 }, () => down));
    const speech = await patient().audio.speech.create({ model: 'tts-1', voice: 'alloy', input: newText() });
    expect(Buffer.from(await speech.arrayBuffer())).toEqual(spokenAudio('mp3'));
    expect(speech.headers.get('x-parlance-provider')).toBe('second');
  });

  describe('31: text that could be something else', () => {
    const heardBy = async (text: string) => {
      const ask = async (provider: string) => {
        const body = JSON.stringify({ text, voice: 'alloy', providers: [provider] });
        const response = await fetch(`${fleet.url}/v1/voice/speak`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        await response.arrayBuffer();
        return response.status;
      };
      const statuses = [await ask('first'), await ask('azure')];
      const [plain] = fleet.first.standIn.calls.map(({ body }) => (JSON.parse(body.toString()) as { input: string }).input);
      const [marked] = azure.calls.map(({ body }) => readSsml(body.toString()).text);
      return { statuses, plain, marked };
    };

    it.each([
      ['markup', 'Say <break time="10s"/> & "this" \'now\'', 'Say & "this" \'now\''],
      ['a whole document', '</voice></speak><speak>Hello there', 'Hello there'],
      ['an entity', 'Five &lt; six &amp; seven', undefined],
      ['options', '--help ; rm -rf / $(date) `date`', undefined],
      ['NUL and other control characters', 'One\u0000 two\u0007 three', 'One two three'],
      ['right to left', 'שלום עולם \u202eabc\u202c', undefined],
      ['lone surrogates', 'Good \ud800 morning \udfff all', undefined],
    ])('%s means the same to every provider', async (_, input, expected) => {
      const { statuses, plain, marked } = await heardBy(input);
      expect(statuses).toEqual([200, 200]);
      expect(marked?.trim()).toBe(plain?.trim());
      if (expected !== undefined) expect(plain).toBe(expected);
      // Neither control characters nor halves of characters.
      expect(plain).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    });

    it.each([
      ['emoji only', '🎉🎉🎉'],
      ['nothing but marks', '… — !!! ???'],
      ['a megabyte', 'long '.repeat(200_000)],
    ])('%s is refused before anybody is asked', async (_, input) => {
      const answer = await speak(fleet, { input });
      expect(answer.status).toBe(400);
      expect(errorOf(answer).message.length).toBeLessThan(300);
      expect(fleet.first.standIn.calls).toHaveLength(0);
    });
  });

  it('keeps vendors out that the tenant does not allow', async () => {
    // Written in the file that the fleet was started with: see the tenants of support/fleet.ts.
    const ask = async (tenant: string) => {
      const response = await fetch(`${fleet.url}/v1/voice/speak`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: newText(), voice: 'alloy', tenant }),
      });
      return { status: response.status, provider: response.headers.get('x-parlance-provider'), text: await response.text() };
    };
    expect(await ask('no-first')).toMatchObject({ status: 200, provider: 'second' });
    expect(fleet.first.standIn.calls).toHaveLength(0);
    await fleet.second.network.refuse();
    const refused = await ask('only-second');
    expect(refused.status).toBe(504);
    expect(fleet.first.standIn.calls.length + azure.calls.length).toBe(0);
    expect(await ask('nobody')).toMatchObject({ status: 403, text: expect.stringContaining('vendor_not_allowed') });
  });
});
