import {
  DescribeVoicesCommand,
  PollyClient,
  PollyServiceException,
  SynthesizeSpeechCommand,
  TextLengthExceededException,
} from '@aws-sdk/client-polly';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SPOKEN_TEXT } from '../audio/spoken-audio.js';
import { isOfFormat } from '../audio/audio-kind.js';
import type { StandIn } from '../stand-in.js';
import { POLLY_KEYS, startPollyStandIn } from './polly.stand-in.js';

describe('the stand-in for AWS Polly, as the official client sees it', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startPollyStandIn();
  });
  afterAll(() => standIn.close());

  const { region, accessKeyId, secretAccessKey, sessionToken } = POLLY_KEYS;
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const client = (keys: Partial<Record<keyof typeof credentials, string>> = {}, place: string = region) =>
    new PollyClient({
      region: place,
      endpoint: standIn.url,
      credentials: { ...credentials, ...keys },
      maxAttempts: 1,
      // Left to itself it speaks HTTP/2 only, which a server without TLS would have to be told.
      requestHandler: new NodeHttpHandler(),
    });
  const speech = { Engine: 'neural', VoiceId: 'Joanna', OutputFormat: 'mp3', Text: SPOKEN_TEXT } as const;

  it.each([
    ['mp3', 'mp3', '22050'],
    ['ogg_opus', 'opus', '48000'],
    ['pcm', 'pcm', '16000'],
  ] as const)('speaks %s', async (OutputFormat, format, SampleRate) => {
    const answer = await client().send(new SynthesizeSpeechCommand({ ...speech, OutputFormat, SampleRate }));
    expect(isOfFormat(await answer.AudioStream!.transformToByteArray(), format)).toBe(true);
    expect(answer.RequestCharacters).toBe(SPOKEN_TEXT.length);
  });

  it.each([
    ['UnrecognizedClientException', { accessKeyId: 'AKIAWRONGWRONGWRONG1' }],
    ['UnrecognizedClientException', { sessionToken: 'another' }],
    ['InvalidSignatureException', { secretAccessKey: 'another' }],
  ])('answers %s to the wrong credentials', async (name, keys) => {
    const error: unknown = await client(keys)
      .send(new SynthesizeSpeechCommand(speech))
      .catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(PollyServiceException);
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
  });

  it('lists voices to whom it knows', async () => {
    const { Voices } = await client().send(new DescribeVoicesCommand({ Engine: 'neural', LanguageCode: 'en-US' }));
    expect(Voices).toMatchObject([{ Id: 'Joanna', SupportedEngines: expect.arrayContaining(['neural']) }]);
    const stranger = client({ secretAccessKey: 'another' }).send(new DescribeVoicesCommand({}));
    await expect(stranger).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  it('takes no signature for another region', async () => {
    await expect(client({}, 'us-east-1').send(new SynthesizeSpeechCommand(speech))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
  });

  it('refuses as the original does', async () => {
    const ask = (changes: object) => client().send(new SynthesizeSpeechCommand({ ...speech, ...changes }));
    await expect(ask({ Text: 'a'.repeat(3001) })).rejects.toThrow(TextLengthExceededException);
    await expect(ask({ SampleRate: '11025' })).rejects.toMatchObject({ name: 'InvalidSampleRateException' });
    await expect(ask({ TextType: 'ssml', Text: '<speak>Tom & Jerry</speak>' })).rejects.toMatchObject({ name: 'InvalidSsmlException' });
    await expect(ask({ VoiceId: 'nobody' })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
