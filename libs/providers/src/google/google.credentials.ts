import { ParlanceError, throwIfAborted, unlessAborted } from '@parlance/contracts';
import type { GoogleAuth } from 'google-auth-library';
import type { GoogleOptions } from './google.options.js';

const scope = 'https://www.googleapis.com/auth/cloud-platform';
/** For the token servers of identities that have to ask for one. */
const tokenMilliseconds = 15_000;

/** Who asks: the headers of a request, by key or by identity. */
export class GoogleCredentials {
  private auth: Promise<GoogleAuth> | undefined;

  constructor(
    private readonly provider: string,
    private readonly options: Pick<GoogleOptions, 'apiKey' | 'credentialsFile' | 'project'>,
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
      this.auth ??= this.library();
      const headers = await (await this.auth).getRequestHeaders();
      return Object.fromEntries(headers.entries());
    } catch (cause) {
      // The library's messages hold paths and addresses: they stay in the cause.
      if (isOutage(cause)) {
        throw new ParlanceError('timeout', `${provider} cannot be signed in to just now. Check the network.`, { provider, cause });
      }
      throw new ParlanceError('auth', `${provider} does not know these credentials: check the key file, or set an API key.`, {
        provider,
        cause,
      });
    }
  }

  private async library(): Promise<GoogleAuth> {
    const { credentialsFile, project } = this.options;
    const { GoogleAuth } = await import('google-auth-library');
    const auth = new GoogleAuth({
      scopes: [scope],
      ...(credentialsFile === undefined ? {} : { keyFilename: credentialsFile }),
      ...(project === undefined ? {} : { projectId: project }),
      clientOptions: { transporterOptions: { fetchImplementation: fetch, timeout: tokenMilliseconds } },
    });
    // A service account signs its own tokens: no token server has to be asked.
    auth.useJWTAccessWithScope = true;
    return auth;
  }
}

/** No answer, or one that says that the token server is broken. */
function isOutage(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('config' in cause)) return false;
  const status = 'status' in cause ? cause.status : undefined;
  return typeof status !== 'number' || status >= 500;
}
