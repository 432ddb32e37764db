import 'reflect-metadata';

/** What is known about one environment variable, or one field of a file, beside its name. */
export interface VariableInfo {
  name: string;
  description: string;
  /** Never shown, and taken out of the process environment once it was read. */
  secret: boolean;
}

/** The variables of one class. */
export interface VariableGroupInfo {
  title: string;
  variables: readonly VariableInfo[];
}

const VARIABLES = Symbol('variables');
const TITLE = Symbol('title');

/** Describes one environment variable: docs/configuration.md and .env.example are made from these. */
export function Variable(description: string, { secret = false } = {}): PropertyDecorator {
  return (target, property) => {
    const known = ownVariablesOf(target);
    Reflect.defineMetadata(VARIABLES, [...known, { name: String(property), description, secret }], target);
  };
}

/** Describes one field of parlance.config.yaml in the same way. */
export const Setting = (description: string): PropertyDecorator => Variable(description);

/** What the variables of a class are about, as a heading. */
export function VariableGroup(title: string): ClassDecorator {
  return (target) => Reflect.defineMetadata(TITLE, title, target.prototype as object);
}

/** The described variables by class in the order they are written, and behind them those of the class it extends. */
export function variableGroupsOf(prototype: object | null): readonly VariableGroupInfo[] {
  if (prototype === null) return [];
  const variables = ownVariablesOf(prototype);
  const title = (Reflect.getOwnMetadata(TITLE, prototype) as string | undefined) ?? '';
  const others = variableGroupsOf(Object.getPrototypeOf(prototype) as object | null);
  return variables.length === 0 ? others : [{ title, variables }, ...others];
}

/** The described variables of all classes. */
export function variablesOf(prototype: object | null): readonly VariableInfo[] {
  return variableGroupsOf(prototype).flatMap(({ variables }) => variables);
}

function ownVariablesOf(prototype: object): readonly VariableInfo[] {
  return (Reflect.getOwnMetadata(VARIABLES, prototype) as readonly VariableInfo[] | undefined) ?? [];
}
