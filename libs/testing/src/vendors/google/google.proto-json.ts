import { GoogleRefusal } from './google.errors.js';

/** One field: a scalar, strings by name, the names of an enum with their numbers, a message, or a list of one of these. */
export type Field =
  | 'string'
  | 'bool'
  | 'int32'
  | 'double'
  | 'bytes'
  | 'map'
  | { values: Readonly<Record<string, number>> }
  | { message: Message }
  | { list: Field };
export type Message = Readonly<Record<string, Field>>;

/** Enums are names afterwards, whatever they came as. @throws GoogleRefusal the way Google words it */
export function parseMessage(value: unknown, message: Message, path = ''): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(path, 'Message', value);
  const parsed: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    const field = Object.hasOwn(message, name) ? message[name] : undefined;
    if (field === undefined) {
      const at = path === '' ? '' : ` at '${path}'`;
      throw new GoogleRefusal(400, `Invalid JSON payload received. Unknown name "${name}"${at}: Cannot find field.`);
    }
    parsed[name] = parseField(given, field, path === '' ? name : `${path}.${name}`);
  }
  return parsed;
}

function parseField(value: unknown, field: Field, path: string): unknown {
  if (typeof field === 'string') {
    if (!isScalar(value, field)) throw invalid(path, `TYPE_${field.toUpperCase()}`, value);
    return field === 'int32' || field === 'double' ? Number(value) : value;
  }
  if ('message' in field) return parseMessage(value, field.message, path);
  if ('list' in field) {
    if (!Array.isArray(value)) throw invalid(path, 'repeated field', value);
    return value.map((one, index) => parseField(one, field.list, `${path}[${index}]`));
  }
  const name = Object.keys(field.values).find((one) => one === value || field.values[one] === value);
  if (name === undefined) throw invalid(path, 'enum', value);
  return name;
}

function isScalar(value: unknown, type: Extract<Field, string>): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'int32':
      return Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value));
    case 'double':
      return typeof value === 'number';
    case 'map':
      return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
    case 'bytes':
      return typeof value === 'string' && value.length % 4 === 0 && /^[\w+/-]*={0,2}$/.test(value);
  }
}

function invalid(path: string, type: string, value: unknown): GoogleRefusal {
  return new GoogleRefusal(400, `Invalid value at '${path}' (${type}), ${JSON.stringify(value)?.slice(0, 40)}`);
}
