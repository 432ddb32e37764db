import type { CapturedRequest } from '../captured-request.js';
import { YandexRefusal } from './yandex-error.js';

/** The key of a service account. */
export const YANDEX_KEY = 'AQVNstandin0123456789abcdefghijklmnopqrs';
/** The token of a person, who has to name a folder. */
export const YANDEX_TOKEN = 't1.standin-0123456789.abcdefghijklmnopqrstuvwxyz';
export const YANDEX_FOLDER = 'b1gstandin0123456789';

/** @throws YandexRefusal unless the credentials are good, and good for the folder */
export function authorise({ headers }: CapturedRequest, folder: string | undefined, needsFolder = true): void {
  const [scheme = '', credential = '', ...rest] = (headers.authorization ?? '').split(' ');
  const key = scheme.toLowerCase() === 'api-key' && credential === YANDEX_KEY;
  const token = scheme.toLowerCase() === 'bearer' && credential === YANDEX_TOKEN;
  if (rest.length > 0 || (!key && !token)) {
    throw new YandexRefusal(16, `Unknown api key '${credential.slice(0, 4)}****${credential.slice(-4)}'`);
  }
  if (token && folder === undefined && needsFolder) throw new YandexRefusal(3, 'folder_id is not specified');
  if (folder !== undefined && folder !== YANDEX_FOLDER) throw new YandexRefusal(7, 'Permission to [resource-manager.folder] denied');
}

/** A parameter that may be there once. */
export function single(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  if (values.length > 1) throw new YandexRefusal(3, `${name} is there more than once`);
  return values[0];
}

/** @throws YandexRefusal for a name nobody knows, or a value that is none of those that are known */
export function checkParameters(parameters: URLSearchParams, known: Readonly<Record<string, readonly string[] | RegExp>>): void {
  for (const [name, value] of parameters) {
    const allowed = known[name];
    if (allowed === undefined) throw new YandexRefusal(3, `unknown parameter ${name}`);
    const good = Array.isArray(allowed) ? allowed.includes(value) : (allowed as RegExp).test(value);
    if (!good) throw new YandexRefusal(3, `bad value of ${name}`);
  }
}
