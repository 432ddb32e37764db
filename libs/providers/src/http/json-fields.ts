/** A field of something unknown. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A field that is a string with something in it, else nothing. */
export function textField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** A field that is a number, else nothing. */
export function numberField(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** A field that is a number of seconds, or of parts of them, else nothing: no time is less than zero. */
export function timeField(value: unknown, name: string): number | undefined {
  const found = numberField(value, name);
  return found === undefined || found < 0 ? undefined : found;
}

/** A field that is a list; an empty one for anything else. */
export function listField(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? (found as unknown[]) : [];
}
