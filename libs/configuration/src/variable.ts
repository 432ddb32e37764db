import 'reflect-metadata';

/** What is known about one environment variable, beside its name. */
export interface VariableInfo {
  name: string;
  description: string;
  /** Taken out of the process environment once it was read. */
  secret: boolean;
}

const VARIABLES = Symbol('variables');

/** Describes one environment variable: the table in docs/configuration.md is made from these. */
export function Variable(description: string, { secret = false } = {}): PropertyDecorator {
  return (target, property) => {
    const known = variablesOf(target);
    Reflect.defineMetadata(VARIABLES, [...known, { name: String(property), description, secret }], target);
  };
}

/** The described variables of a class, in the order they are written. */
export function variablesOf(prototype: object): readonly VariableInfo[] {
  return (Reflect.getMetadata(VARIABLES, prototype) as readonly VariableInfo[] | undefined) ?? [];
}
