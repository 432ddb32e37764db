import type { Warning } from '@parlance/contracts';

type Kinds = Readonly<Record<string, 'string' | 'number' | 'boolean'>>;
type Values<K extends Kinds> = {
  [Name in keyof K]?: K[Name] extends 'string' ? string : K[Name] extends 'number' ? number : boolean;
};

/** Those of a request's own options that the call takes, and a warning for every other. */
export function readChoices<const K extends Kinds>(
  provider: string,
  kinds: K,
  options: Readonly<Record<string, unknown>> = {},
): { choices: Values<K>; warnings: Warning[] } {
  const choices: Record<string, unknown> = {};
  const warnings: Warning[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (Object.hasOwn(kinds, name) && typeof value === kinds[name]) choices[name] = value;
    else warnings.push(leftOut(provider, name, kinds));
  }
  return { choices: choices as Values<K>, warnings };
}

function leftOut(provider: string, name: string, kinds: Kinds): Warning {
  const known = Object.entries(kinds).map(([option, kind]) => `${option} (${kind})`);
  return {
    code: 'unsupported_option',
    param: `options.${name}`,
    message: `${provider} cannot use this option here: it was left out. It takes ${known.join(', ')}.`,
  };
}
