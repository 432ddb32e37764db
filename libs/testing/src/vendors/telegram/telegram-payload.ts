import type { CapturedRequest, MultipartFile } from '../captured-request.js';
import { badRequest } from './telegram-answers.js';
import { readTelegramForm } from './telegram-multipart.js';

/** What a method was called with: Telegram takes JSON, both kinds of forms and the query alike. */
export class TelegramPayload {
  private constructor(
    private readonly fields: Readonly<Record<string, unknown>>,
    private readonly files: readonly MultipartFile[],
  ) {}

  static of({ query, headers, body }: CapturedRequest): TelegramPayload {
    const asked = Object.fromEntries(query);
    const type = headers['content-type'] ?? '';
    if (type.startsWith('application/json')) {
      const parsed = parseJson(body.toString('utf8'), 'request body');
      if (!isObject(parsed)) throw badRequest("can't parse request body: object expected");
      return new TelegramPayload({ ...asked, ...parsed }, []);
    }
    if (type.startsWith('application/x-www-form-urlencoded')) {
      return new TelegramPayload({ ...asked, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) }, []);
    }
    if (type.startsWith('multipart/form-data')) {
      const form = readTelegramForm(type, body);
      if (form === undefined) throw badRequest("can't parse multipart body");
      return new TelegramPayload({ ...asked, ...form.fields }, form.files);
    }
    return new TelegramPayload(asked, []);
  }

  /** Telegram itself looks away from fields it does not know; nobody is meant to send any. */
  refuseUnknown(method: string, known: readonly string[]): void {
    const attached = new Set(this.files.map(({ name }) => name));
    const unknown = [...Object.keys(this.fields), ...attached].find((name) => !known.includes(name) && !this.isAttached(name));
    if (unknown !== undefined) throw badRequest(`there is no parameter "${unknown}" of ${method}`);
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.fields[name];
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    throw badRequest(`field "${name}" must be of type String`);
  }

  /** A whole number, or the digits of one. */
  whole(name: string): number | undefined {
    const value = this.fields[name];
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
    throw badRequest(`field "${name}" must be of type Number`);
  }

  flag(name: string): boolean {
    const value = this.fields[name];
    return value === true || value === 'true' || value === '1';
  }

  object(name: string): Record<string, unknown> | undefined {
    const value = this.parsed(name);
    if (value === undefined || isObject(value)) return value;
    throw badRequest(`object expected as ${name}`);
  }

  list(name: string): unknown[] | undefined {
    const value = this.parsed(name);
    if (value === undefined || Array.isArray(value)) return value as unknown[] | undefined;
    throw badRequest(`array expected as ${name}`);
  }

  /** The file of a field: in it, or attached to it. */
  file(name: string): MultipartFile | undefined {
    const value = this.fields[name];
    const part = typeof value === 'string' && value.startsWith('attach://') ? value.slice('attach://'.length) : name;
    return this.files.find((file) => file.name === part);
  }

  private isAttached(name: string): boolean {
    return Object.values(this.fields).includes(`attach://${name}`);
  }

  private parsed(name: string): unknown {
    const value = this.fields[name];
    return typeof value === 'string' ? parseJson(value, name) : value;
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest(`can't parse ${what} JSON object`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
