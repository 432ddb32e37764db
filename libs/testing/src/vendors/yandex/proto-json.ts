/** The published definition of a message, as its JSON is read: names in lowerCamelCase, or as in the definition. */
export interface MessageType {
  name: string;
  fields: Readonly<Record<string, FieldType>>;
  /** Of each group at most one may be there. */
  oneofs?: readonly (readonly string[])[];
}

export type FieldType =
  'string' | 'bool' | 'double' | 'int64' | 'bytes' | { enum: readonly string[] } | { message: MessageType } | { repeated: FieldType };

/** The JSON is none of this message. */
export class ProtoJsonError extends Error {
  override readonly name = 'ProtoJsonError';
}

/** The message with its names in lowerCamelCase. @throws ProtoJsonError the way the gateway does */
export function readMessage(value: unknown, type: MessageType): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtoJsonError(`json: cannot unmarshal into value of type ${type.name}`);
  }
  const message: Record<string, unknown> = {};
  for (const [given, content] of Object.entries(value)) {
    const name = camelCase(given);
    const field = type.fields[name];
    if (field === undefined) throw new ProtoJsonError(`unknown field "${given}" in ${type.name}`);
    if (Object.hasOwn(message, name)) throw new ProtoJsonError(`duplicate field "${given}" in ${type.name}`);
    if (content !== null) message[name] = readField(content, field, `${type.name}.${name}`);
  }
  for (const group of type.oneofs ?? []) {
    const present = group.filter((name) => Object.hasOwn(message, name));
    if (present.length > 1) throw new ProtoJsonError(`oneof of ${type.name} is already set: ${present.join(', ')}`);
  }
  return message;
}

function readField(value: unknown, type: FieldType, where: string): unknown {
  if (typeof type === 'object') {
    if ('message' in type) return readMessage(value, type.message);
    if ('enum' in type) return check(type.enum.includes(String(value)), value, where);
    if (!Array.isArray(value)) throw new ProtoJsonError(`invalid value for repeated field ${where}`);
    return value.map((one: unknown) => readField(one, type.repeated, where));
  }
  switch (type) {
    case 'string':
      return check(typeof value === 'string', value, where);
    case 'bool':
      return check(typeof value === 'boolean', value, where);
    case 'double':
      return Number(
        check((typeof value === 'number' || isText(value, /^-?\d+(?:\.\d+)?$/)) && Number.isFinite(Number(value)), value, where),
      );
    case 'int64':
      return Number(check(Number.isInteger(value) || isText(value, /^-?\d+$/), value, where));
    case 'bytes':
      check(isText(value, /^[A-Za-z0-9+/]*={0,2}$/) && String(value).length % 4 === 0, value, where);
      return Buffer.from(String(value), 'base64');
  }
}

function check(good: boolean, value: unknown, where: string): unknown {
  if (!good) throw new ProtoJsonError(`invalid value for field ${where}`);
  return value;
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
