import { getMetadataStorage, validateSync } from 'class-validator';
import type { AgentWarning } from './agent-warning.js';
import { isRecord, sectionOf } from './fields.js';

/** What a map of fields can have beside those that are known. */
export abstract class Fields {
  /** Unknown keys, as they were. */
  extra?: Readonly<Record<string, unknown>>;
}

const LONGEST_LIST = 100;

export interface ReadFields<T> {
  /** With its defaults; of use only where there are no problems. */
  fields: T;
  warnings: AgentWarning[];
  /** Each begins with the path of what it is about, and holds no value. */
  problems: string[];
}

/**
 * Reads a map into a class whose fields are decorated. A field that is null counts as left out, because the old
 * platform writes what was never set as null. class-transformer is not used: it calls whatever a key named
 * `constructor` holds.
 * @param where the path of the value
 */
export function readFields<T extends Fields>(type: new () => T, value: unknown, where: string): ReadFields<T> {
  const fields = new type();
  const read: ReadFields<T> = { fields, warnings: [], problems: [] };
  if (!isRecord(value)) return { ...read, problems: [`${where} must be a map`] };
  const known = knownFields(type);
  const given = Object.entries(value).filter(([, found]) => found !== null && found !== undefined);
  const unknown = given.filter(([name]) => !known.has(name));
  for (const [name, found] of given) {
    if (known.has(name)) (fields as Record<string, unknown>)[name] = readValue(type, name, found, pathOf(where, name), read);
  }
  read.problems.unshift(...problemsOf(fields, new type(), where));
  if (unknown.length > 0) fields.extra = Object.fromEntries(unknown);
  read.warnings.push(...unknownFields(unknown.map(([name]) => pathOf(where, name))));
  return read;
}

/** A warning for each; beyond so many, for the rest of them. */
export function unknownFields(paths: readonly string[]): AgentWarning[] {
  const message = 'It is not known here: it was kept and has no effect.';
  const told = paths.slice(0, LONGEST_LIST).map((path) => ({ path, message }));
  const others = paths.length - told.length;
  return others === 0 ? told : [...told, { path: paths[0] ?? '', message: `${others} more beside it are not known here.` }];
}

/** `where.name`, where the name may be anybody's: short and without anything that could break out of a line. */
export function pathOf(where: string, name: string): string {
  const printable = name.replaceAll(/[^\w.*-]/g, '?').slice(0, 64);
  return where === '' ? printable : `${where}.${printable}`;
}

function readValue(type: new () => Fields, name: string, value: unknown, where: string, into: ReadFields<unknown>): unknown {
  const section = sectionOf(type, name);
  if (section === undefined) return value;
  const one = (part: unknown, path: string) => {
    const { fields, warnings, problems } = readFields(section.type, part, path);
    into.warnings.push(...warnings);
    into.problems.push(...problems);
    return fields;
  };
  if (section.names > 0) return readNamed(value, where, section.names, one, into.problems);
  if (!section.list) return one(value, where);
  if (Array.isArray(value) && value.length <= LONGEST_LIST) return value.map((part, index) => one(part, `${where}[${index}]`));
  into.problems.push(`${where} must be a list of at most ${LONGEST_LIST} maps; default []`);
  return [];
}

function readNamed(
  value: unknown,
  where: string,
  names: number,
  one: (part: unknown, path: string) => unknown,
  problems: string[],
): Record<string, unknown> {
  if (!isRecord(value)) {
    problems.push(`${where} must be a map`);
    return {};
  }
  const parts = Object.entries(value).map(([name, part]) => {
    const path = pathOf(where, name);
    return [name, names > 1 ? readNamed(part, path, names - 1, one, problems) : one(part ?? {}, path)];
  });
  return Object.fromEntries(parts) as Record<string, unknown>;
}

function problemsOf(fields: Fields, defaults: Fields, where: string): string[] {
  const required = new Set(validateSync(defaults).map(({ property }) => property));
  return validateSync(fields, { stopAtFirstError: true }).map(({ property, constraints = {} }) => {
    const path = pathOf(where, property);
    const [words = 'is not valid'] = Object.values(constraints);
    if (required.has(property)) return `${path} ${words}; it has to be there`;
    const standard = (defaults as Record<string, unknown>)[property];
    return `${path} ${words}; ${standard === undefined ? 'it may be left out' : `default ${JSON.stringify(standard)}`}`;
  });
}

/** They do not change, and every provider of every agent asks for them. */
const knownOf = new Map<new () => Fields, ReadonlySet<string>>();

export function knownFields(type: new () => Fields): ReadonlySet<string> {
  const found =
    knownOf.get(type) ??
    new Set(
      getMetadataStorage()
        .getTargetValidationMetadatas(type, '', false, false)
        .map(({ propertyName }) => propertyName),
    );
  knownOf.set(type, found);
  return found;
}
