import { GoogleAuth } from 'google-auth-library';
import { GoogleCredentials } from './google.credentials.js';

describe('GoogleCredentials', () => {
  afterEach(() => jest.restoreAllMocks());

  it('gives a token server up that does not answer, and asks it anew', async () => {
    const signIn = jest
      .spyOn(GoogleAuth.prototype, 'getRequestHeaders')
      // As the library does with federated identities, for five minutes.
      .mockReturnValueOnce(new Promise(() => undefined))
      .mockResolvedValue(new Headers({ authorization: 'Bearer a-token' }));
    const credentials = new GoogleCredentials('google', { credentialsFile: 'identity.json' }, 20);
    const headers = () => credentials.headers(new AbortController().signal);
    await expect(headers()).rejects.toMatchObject({ code: 'timeout', provider: 'google' });
    expect(await headers()).toEqual({ authorization: 'Bearer a-token' });
    // The library would wait for the answer that it has asked for.
    expect(signIn.mock.contexts[1]).not.toBe(signIn.mock.contexts[0]);
    await headers();
    expect(signIn.mock.contexts[2]).toBe(signIn.mock.contexts[1]);
  });

  it('asks a token server anew that has answered without a token', async () => {
    const signIn = jest
      .spyOn(GoogleAuth.prototype, 'getRequestHeaders')
      .mockResolvedValueOnce(new Headers({ authorization: 'Bearer undefined' }))
      .mockResolvedValue(new Headers({ authorization: 'Bearer a-token' }));
    const credentials = new GoogleCredentials('google', { credentialsFile: 'identity.json' });
    const headers = () => credentials.headers(new AbortController().signal);
    await expect(headers()).rejects.toMatchObject({ code: 'timeout', provider: 'google' });
    expect(await headers()).toEqual({ authorization: 'Bearer a-token' });
    expect(signIn.mock.contexts[1]).not.toBe(signIn.mock.contexts[0]);
  });
});
