import { knownFields, sectionOf, type Fields } from '@parlance/agent-runner';
import { providerVariables } from '@parlance/providers';
import { Environment } from './environment.js';
import { FileSections } from './file-sections.js';
import { variableGroupsOf, variablesOf, type VariableInfo } from './variable.js';

/** A variable, with what stands where it is not set; empty: nothing. */
export type ListedVariable = VariableInfo & { default: string };

/** Every variable that is read, in the order of the documentation. */
export function environmentVariables(): readonly ListedVariable[] {
  return environmentGroups().flatMap(({ variables }) => variables);
}

/** The same by what they are about. */
export function environmentGroups(): readonly { title: string; variables: readonly ListedVariable[] }[] {
  const defaults = new Environment() as unknown as Record<string, string | number | boolean | undefined>;
  return variableGroupsOf(Environment.prototype).map(({ title, variables }) => ({
    title,
    variables: variables.map((variable) => ({ ...variable, default: String(defaults[variable.name] ?? '') })),
  }));
}

/** Every field of `parlance.config.yaml` by its path: `providers[].name`, `tenants.<name>.allow`. */
export function fileFields(): readonly { name: string; description: string }[] {
  return fieldsOf(FileSections, '');
}

function fieldsOf(type: new () => Fields, path: string): { name: string; description: string }[] {
  const described = new Map(variablesOf(type.prototype as object).map(({ name, description }) => [name, description]));
  return [...knownFields(type)].flatMap((property) => {
    const section = sectionOf(type, property);
    const name = path === '' ? property : `${path}.${property}`;
    const own = { name, description: described.get(property) ?? '' };
    if (section === undefined) return [own];
    return [own, ...fieldsOf(section.type, `${name}${section.list ? '[]' : '.<name>'.repeat(section.names)}`)];
  });
}

/** Takes the secrets out of an environment after it was read, so that child processes do not inherit them. */
export function forgetSecrets(environment: Record<string, string | undefined>): void {
  for (const { name, secret } of [...environmentVariables(), ...providerVariables()]) if (secret) delete environment[name];
}
