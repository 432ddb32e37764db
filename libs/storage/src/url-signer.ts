import { createHmac, timingSafeEqual } from 'node:crypto';
import { checkLifetime } from './object-checks.js';
import { checkObjectKey, isObjectKey } from './object-key.js';

export type SignedMethod = 'GET' | 'PUT';

/** What the last part of a signed link says. */
export interface SignedQuery {
  /** Unix time, seconds. */
  expires: string;
  /** 43 characters of base64url. */
  signature: string;
  /** What else was agreed on, see `encodeTerms`; absent: nothing. */
  terms?: string;
}

export type Verdict = 'ok' | 'expired' | 'invalid';

/** Makes and checks links that are good for one object, one method and a limited time. */
export class UrlSigner {
  /** @param secret shared by every process that serves the same objects */
  constructor(private readonly secret: string) {}

  /** @throws InvalidRequestError when the key is none, or the time not 1 second to 7 days */
  sign(method: SignedMethod, key: string, expiresInSeconds: number, terms?: string): SignedQuery {
    checkObjectKey(key);
    checkLifetime(expiresInSeconds);
    const expires = String(Math.ceil(Date.now() / 1000) + expiresInSeconds);
    const signature = this.digest(method, key, expires, terms).toString('base64url');
    return { expires, signature, ...(terms !== undefined && { terms }) };
  }

  /**
   * @param method of the request; a link for GET also allows HEAD
   * @param query of the request, as it came: anything may be in it
   */
  verify(method: string, key: string, query: Readonly<Record<string, unknown>>): Verdict {
    const { expires, signature, terms } = query as Readonly<Record<keyof SignedQuery, unknown>>;
    const signed = signedMethod(method);
    if (signed === undefined || !isObjectKey(key)) return 'invalid';
    if (typeof expires !== 'string' || !/^\d{1,12}$/.test(expires)) return 'invalid';
    if (typeof signature !== 'string' || !/^[\w-]{43}$/.test(signature)) return 'invalid';
    if (terms !== undefined && typeof terms !== 'string') return 'invalid';
    // Compared as text: two spellings of base64url can mean the same bytes.
    const expected = Buffer.from(this.digest(signed, key, expires, terms).toString('base64url'));
    if (!timingSafeEqual(expected, Buffer.from(signature))) return 'invalid';
    return Date.now() < Number(expires) * 1000 ? 'ok' : 'expired';
  }

  private digest(method: SignedMethod, key: string, expires: string, terms: string | undefined): Buffer {
    const agreed = terms === undefined ? '' : `\n${terms}`;
    return createHmac('sha256', this.secret).update(`parlance-object-v1\n${method}\n${key}\n${expires}${agreed}`).digest();
  }
}

function signedMethod(method: string): SignedMethod | undefined {
  if (method === 'GET' || method === 'HEAD') return 'GET';
  return method === 'PUT' ? 'PUT' : undefined;
}
