import { createPublicKey, generateKeyPairSync, randomUUID, verify, type KeyObject } from 'node:crypto';
import { bearer, type CapturedRequest } from '../captured-request.js';
import { googleErrorInfo, GoogleRefusal } from './google.errors.js';

/** The only API key that the stand-in takes. */
export const GOOGLE_KEY = 'AIzaSyStandInKey0123456789abcdefghijklm';

const scope = 'https://www.googleapis.com/auth/cloud-platform';
const services = ['https://texttospeech.googleapis.com/', 'https://speech.googleapis.com/'];

/** A service account of the stand-in: the key file it would be downloaded as, and the key its tokens are checked by. */
export class GoogleAccount {
  readonly project = 'stand-in-project';
  /** What the JSON key file holds. */
  readonly keyFile: Readonly<Record<string, string>>;
  private readonly publicKey: KeyObject;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    this.publicKey = createPublicKey(publicKey);
    this.keyFile = {
      type: 'service_account',
      project_id: this.project,
      private_key_id: randomUUID().replaceAll('-', ''),
      private_key: privateKey,
      client_email: `speech@${this.project}.iam.gserviceaccount.com`,
      client_id: '100000000000000000001',
      token_uri: 'https://oauth2.googleapis.com/token',
      universe_domain: 'googleapis.com',
    };
  }

  /** A self-signed token: RS256 by this account's key, not expired, and for Google's services. */
  accepts(token: string): boolean {
    const [header = '', claims = '', signature = '', ...more] = token.split('.');
    if (more.length > 0 || !verify('sha256', Buffer.from(`${header}.${claims}`), this.publicKey, Buffer.from(signature, 'base64url'))) {
      return false;
    }
    const { alg } = decode(header);
    const { iss, sub, exp, iat, aud, scope: scopes } = decode(claims);
    const now = Date.now() / 1000;
    const timely = typeof exp === 'number' && typeof iat === 'number' && exp > now && iat <= now + 60 && exp - iat <= 3600;
    const own = iss === this.keyFile['client_email'] && sub === iss;
    const meant = typeof scopes === 'string' ? scopes.split(' ').includes(scope) : services.includes(String(aud));
    return alg === 'RS256' && timely && own && meant;
  }
}

/** @throws GoogleRefusal unless it comes with the right key or token */
export function expectAccess(request: CapturedRequest, account: GoogleAccount, { keys }: { keys: boolean }): void {
  const key = request.headers['x-goog-api-key'] ?? request.query.get('key') ?? undefined;
  const token = bearer(request);
  if (token !== undefined) {
    if (account.accepts(token)) return;
    throw new GoogleRefusal(
      401,
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
      [googleErrorInfo('ACCESS_TOKEN_TYPE_UNSUPPORTED')],
    );
  }
  if (key === GOOGLE_KEY && keys) return;
  if (key === GOOGLE_KEY) {
    throw new GoogleRefusal(
      401,
      'API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials.',
      [googleErrorInfo('CREDENTIALS_MISSING')],
    );
  }
  if (key !== undefined) {
    throw new GoogleRefusal(400, 'API key not valid. Please pass a valid API key.', [googleErrorInfo('API_KEY_INVALID')]);
  }
  throw new GoogleRefusal(
    403,
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  );
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
}
