import { ParlanceError, throwIfAborted, unlessAborted } from '@parlance/contracts';
import type { GoogleAuth } from 'google-auth-library';
import type { GoogleOptions } from './google.options.js';

const scope = 'https://www.googleapis.com/auth/cloud-platform';
/** For the token servers of identities that have to ask for one. */
const TOKEN_MILLISECONDS = 15_000;

/** Who asks: the headers of a request, by key or by identity. */
export class GoogleCredentials {
  private auth: Promise<GoogleAuth> | undefined;

  constructor(
    private readonly provider: string,
    private readonly options: Pick<GoogleOptions, 'apiKey' | 'credentialsFile' | 'project'>,
    private readonly tokenMilliseconds = TOKEN_MILLISECONDS,
  ) {}

  /** @throws ParlanceError `auth` when nobody can be signed in; AbortedError */
  async headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { apiKey, project } = this.options;
    if (apiKey !== undefined) return { 'x-goog-api-key': apiKey };
    throwIfAborted(signal);
    const signedIn = await unlessAborted(this.signIn(), signal);
    return { ...(project === undefined ? {} : { 'x-goog-user-project': project }), ...signedIn };
  }

  private async signIn(): Promise<Record<string, string>> {
    const { provider } = this;
    try {
      return await this.inTime((this.auth ??= this.library()));
    } catch (cause) {
      // The library's messages hold paths and addresses: they stay in the cause.
      if (cause instanceof NoToken || isOutage(cause)) {
        throw new ParlanceError('timeout', `${provider} cannot be signed in to just now. Check the network.`, { provider, cause });
      }
      throw new ParlanceError('auth', `${provider} does not know these credentials: check the key file, or set an API key.`, {
        provider,
        cause,
      });
    }
  }

  /** Federated identities wait for five minutes, whatever the library is told, and everybody after them for the same answer. */
  private async inTime(auth: Promise<GoogleAuth>): Promise<Record<string, string>> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new NoToken()), this.tokenMilliseconds);
    });
    const headers = auth.then((library) => library.getRequestHeaders());
    try {
      const signedIn = Object.fromEntries((await Promise.race([headers, silence])).entries());
      // The library takes an answer without a token for one that holds for ever.
      if (signedIn['authorization'] === 'Bearer undefined') throw new NoToken();
      return signedIn;
    } catch (cause) {
      // Who comes next asks anew.
      if (cause instanceof NoToken && this.auth === auth) this.auth = undefined;
      throw cause;
    } finally {
      clearTimeout(timer);
    }
  }

  private async library(): Promise<GoogleAuth> {
    const { credentialsFile, project } = this.options;
    const { GoogleAuth } = await import('google-auth-library');
    const auth = new GoogleAuth({
      scopes: [scope],
      ...(credentialsFile === undefined ? {} : { keyFilename: credentialsFile }),
      ...(project === undefined ? {} : { projectId: project }),
      clientOptions: { transporterOptions: { fetchImplementation: fetch, timeout: this.tokenMilliseconds } },
    });
    // A service account signs its own tokens: no token server has to be asked.
    auth.useJWTAccessWithScope = true;
    return auth;
  }
}

/** The token server has given none. */
class NoToken extends Error {}

/** No answer, or one that says that the token server is broken. */
function isOutage(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('config' in cause)) return false;
  const status = 'status' in cause ? cause.status : undefined;
  return typeof status !== 'number' || status >= 500;
}
