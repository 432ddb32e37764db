import { apiAddress } from './address.js';
import { ApiError, errorOf } from './api-error.js';
import { apiKey, keyWanted } from './key.js';

export interface CallOptions {
  method?: string;
  accept?: string;
  json?: unknown;
  form?: FormData;
  signal?: AbortSignal;
}

/**
 * Asks the gateway. A 401 brings up the field for the key.
 * @throws ApiError for every answer that is an error, and where there is no answer; `AbortError` of the signal
 */
export async function call(path: string, { accept, json, form, ...options }: CallOptions = {}): Promise<Response> {
  const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
  const headers = {
    ...authorization(),
    ...(accept !== undefined && { accept }),
    ...(json !== undefined && { 'content-type': 'application/json' }),
  };
  const response = await answer(path, {
    method: body === undefined ? 'GET' : 'POST',
    ...options,
    headers,
    ...(body !== undefined && { body }),
    cache: 'no-store',
    credentials: 'omit',
  });
  if (response.ok) return response;
  throw noteError(errorOf(response.status, await response.text(), response.headers.get('x-request-id')));
}

export async function getJson<Result>(path: string, signal?: AbortSignal): Promise<Result> {
  return (await (await call(path, signal === undefined ? {} : { signal })).json()) as Result;
}

export async function postJson<Result>(path: string, json: unknown): Promise<Result> {
  return (await (await call(path, { json })).json()) as Result;
}

/** What a header can hold. Other letters, quotes and spaces come with what is copied, and browsers send none of them. */
const SENDABLE = /^[\x21-\x7e]+$/;

/** @throws ApiError that says why the gateway does not take a key */
export async function checkKey(key: string): Promise<void> {
  if (!SENDABLE.test(key)) {
    throw new ApiError({
      status: 0,
      message: 'This is no key: it has spaces, quotes or letters that keys do not have. Copy it once more.',
    });
  }
  const response = await answer('v1/models', { headers: authorization(key), cache: 'no-store', credentials: 'omit' });
  if (!response.ok) throw errorOf(response.status, await response.text());
}

export function authorization(key = apiKey.value): Record<string, string> {
  return key === '' ? {} : { authorization: `Bearer ${key}` };
}

/** Brings up the field for the key where that is what is wrong. */
export function noteError(error: ApiError): ApiError {
  if (error.status === 401) keyWanted.value = { reason: error };
  return error;
}

export function noAnswer(): ApiError {
  return new ApiError({ status: 0, message: 'The gateway does not answer. Is it running, and can this browser reach it?' });
}

async function answer(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(apiAddress(path), init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw noAnswer();
  }
}
