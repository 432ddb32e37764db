/** An answer that is refused, thrown from wherever it is found. */
export class ChatRefusal extends Error {
  override readonly name = 'ChatRefusal';
  constructor(
    readonly status: number,
    message: string,
    readonly code: string | null = null,
    readonly param: string | null = null,
  ) {
    super(message);
  }
}

export type JsonObject = Record<string, unknown>;

/** OpenAI spells the places of these refusals `messages.[1].role`, and has no code for them. */
export function invalidParameter(message: string, param: string): ChatRefusal {
  return new ChatRefusal(400, `Invalid parameter: ${message}`, null, param);
}

export function invalidValue(param: string, message: string, code = 'invalid_value'): ChatRefusal {
  return new ChatRefusal(400, `Invalid '${param}': ${message}`, code, param);
}

export function missing(param: string): ChatRefusal {
  return new ChatRefusal(400, `Missing required parameter: '${param}'.`, 'missing_required_parameter', param);
}

export function wrongType(param: string, expected: string, value: unknown): ChatRefusal {
  const given = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return new ChatRefusal(400, `Invalid type for '${param}': expected ${expected}, but got ${given} instead.`, 'invalid_type', param);
}

/** @throws ChatRefusal unless it is an object with no other fields than these */
export function expectObject(value: unknown, param: string, fields?: readonly string[]): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(param, 'an object', value);
  const object = value as JsonObject;
  const unknown = fields === undefined ? undefined : Object.keys(object).find((name) => !fields.includes(name));
  if (unknown === undefined) return object;
  throw new ChatRefusal(400, `Unknown parameter: '${param}.${unknown}'.`, 'unknown_parameter', `${param}.${unknown}`);
}

/** @throws ChatRefusal unless it is an array of so many elements */
export function expectArray(value: unknown, param: string, longest = Number.POSITIVE_INFINITY): unknown[] {
  if (!Array.isArray(value)) throw wrongType(param, 'an array', value);
  if (value.length === 0) throw invalidValue(param, 'empty array. Expected an array with minimum length 1.', 'empty_array');
  if (value.length <= longest) return value;
  throw invalidValue(param, `array too long. Expected an array with maximum length ${longest}.`, 'array_above_max_length');
}

/** @throws ChatRefusal unless it is a string like that */
export function expectString(value: unknown, param: string, pattern?: RegExp): string {
  if (value === undefined) throw missing(param);
  if (typeof value !== 'string') throw wrongType(param, 'a string', value);
  if (pattern?.test(value) !== false) return value;
  throw invalidValue(param, `string does not match pattern. Expected a string that matches the pattern '${pattern.source}'.`);
}

/** @throws ChatRefusal unless it is one of them */
export function expectOneOf(value: unknown, param: string, allowed: readonly string[]): string {
  const given = expectString(value, param);
  if (allowed.includes(given)) return given;
  const names = allowed.map((name) => `'${name}'`).join(', ');
  throw new ChatRefusal(400, `Invalid value: '${given}'. Supported values are: ${names}.`, 'invalid_value', param);
}
