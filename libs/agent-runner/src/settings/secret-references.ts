import { isRecord } from './fields.js';
import { pathOf } from './read-fields.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `env:NAME` stands for the value of that variable: keys do not belong into files. */
const REFERENCE = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;
const NAME_OF_A_SECRET = /(?:^|_)(?:api_?key|key|token|secret|passw(?:or)?d|credentials?|authorization)s?$/;
/** How the keys of some vendors begin, whatever they are called. */
const SHAPE_OF_A_SECRET = /^(?:sk-|sk_|AIza|AQVN|Bearer\s)|-----BEGIN/;

interface FoundText {
  path: string;
  /** The key it stands under. */
  name: string;
  text: string;
}

/** Every text in a value, whatever it is nested in. Not recursive: a caller may nest deeper than the stack goes. */
export function textsIn(value: unknown, where: string): FoundText[] {
  const found: FoundText[] = [];
  const seen = new Set<unknown>();
  const waiting = [{ value, path: where, name: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value: part, path, name } = next;
    if (typeof part === 'string') found.push({ path, name, text: part });
    if (typeof part !== 'object' || part === null || seen.has(part)) continue;
    seen.add(part);
    const parts = Array.isArray(part)
      ? part.map((one: unknown, index) => ({ value: one, path: `${path}[${index}]`, name }))
      : Object.entries(part).map(([key, one]: [string, unknown]) => ({ value: one, path: pathOf(path, key), name: key }));
    // The last is taken first: so they come in their order.
    for (const one of parts.toReversed()) waiting.push(one);
  }
  return found;
}

/** The variable that a text stands for. */
export function variableOf(text: string): string | undefined {
  return REFERENCE.exec(text)?.[1];
}

/** Keys that stand in a value themselves. */
export function plainSecrets(value: unknown, where: string): string[] {
  return textsIn(value, where)
    .filter(({ name, text }) => text !== '' && variableOf(text) === undefined && (isSecretName(name) || SHAPE_OF_A_SECRET.test(text)))
    .map(({ path }) => `${path} looks like a key: write env:NAME there and put the key into the environment variable NAME`);
}

/** The value with what its references stand for; a problem for each that stands for nothing. */
export function resolveReferences<T>(value: T, where: string, environment: Environment, problems: string[]): T {
  const lacking = textsIn(value, where).filter(({ text }) => variableOf(text) !== undefined && valueOf(text, environment) === undefined);
  problems.push(...lacking.map(({ path, text }) => `${path} refers to the environment variable ${variableOf(text)}, which is not set`));
  return lacking.length > 0 ? value : (withValues(value, environment) as T);
}

function withValues(value: unknown, environment: Environment): unknown {
  if (typeof value === 'string') return valueOf(value, environment) ?? value;
  if (Array.isArray(value)) return value.map((part: unknown) => withValues(part, environment));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withValues(part, environment)]));
}

/** An empty value counts as none. Secrets from files often end with a line break, which no header of a request can have. */
export function valueOf(text: string, environment: Environment): string | undefined {
  const variable = variableOf(text);
  const value = variable !== undefined && Object.hasOwn(environment, variable) ? environment[variable]?.trim() : undefined;
  return value === '' ? undefined : value;
}

/** `apiKey`, `api_key` and `API-KEY` alike. */
function isSecretName(name: string): boolean {
  const snake = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll(/[-.\s]/g, '_');
  return NAME_OF_A_SECRET.test(snake.toLowerCase());
}
