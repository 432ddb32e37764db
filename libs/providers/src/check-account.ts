import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { definitionOf, type ProviderAccount } from './accounts.js';
import type { ProviderName } from './providers.js';

/** What is wrong with one option, and no value. */
export interface OptionProblem {
  option: string;
  /** Goes on after the name of the option: `must be a URL address`. */
  problem: string;
}

/** An option as it will be used. */
export interface EffectiveOption {
  name: string;
  value: unknown;
  /** Its value is not to be shown. */
  secret: boolean;
}

/** The options of an account as their class has them, with its defaults, and everything that is wrong with them. */
export function checkOptions({ provider, options }: Pick<ProviderAccount, 'provider' | 'options'>): {
  checked: object;
  problems: OptionProblem[];
} {
  const checked = plainToInstance(definitionOf(provider).options, options, { enableImplicitConversion: true, exposeDefaultValues: true });
  const errors = validateSync(checked, { whitelist: true, forbidNonWhitelisted: true });
  const problems = errors.flatMap(({ property, value, constraints = {} }) => {
    if (constraints['whitelistValidation'] !== undefined) return [{ option: property, problem: `is not an option of ${provider}` }];
    // Whatever it must be, it is not there.
    if (value === undefined) return [{ option: property, problem: 'has to be there' }];
    return Object.values(constraints).map((words) => ({ option: property, problem: withoutName(words, property) }));
  });
  return { checked, problems };
}

/** The options that will be used, those of the class's own defaults among them, in the order of the class. */
export function effectiveOptions(account: Pick<ProviderAccount, 'provider' | 'options'>): EffectiveOption[] {
  const { secrets } = definitionOf(account.provider);
  const checked = checkOptions(account).checked as Record<string, unknown>;
  return optionNames(account.provider)
    .filter((name) => checked[name] !== undefined)
    .map((name) => ({ name, value: checked[name], secret: (secrets as readonly string[]).includes(name) }));
}

/** The names of all options of a provider. */
export function optionNames(provider: ProviderName): string[] {
  const known = getMetadataStorage().getTargetValidationMetadatas(definitionOf(provider).options, '', false, false);
  return [...new Set(known.map(({ propertyName }) => propertyName))];
}

function withoutName(words: string, name: string): string {
  return words.startsWith(`${name} `) ? words.slice(name.length + 1) : words;
}
