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
    const known = ownVariablesOf(target);
    Reflect.defineMetadata(VARIABLES, [...known, { name: String(property), description, secret }], target);
  };
}

/** The described variables of a class in the order they are written, and behind them those of the class it extends. */
export function variablesOf(prototype: object | null): readonly VariableInfo[] {
  return prototype === null ? [] : [...ownVariablesOf(prototype), ...variablesOf(Object.getPrototypeOf(prototype) as object | null)];
}

function ownVariablesOf(prototype: object): readonly VariableInfo[] {
  return (Reflect.getOwnMetadata(VARIABLES, prototype) as readonly VariableInfo[] | undefined) ?? [];
}
