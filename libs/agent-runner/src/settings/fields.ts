import 'reflect-metadata';
import { normaliseLanguage } from '@parlance/contracts';
import { Allow, ValidateBy } from 'class-validator';

type Class<T extends object> = new () => T;

const SECTIONS = Symbol('sections');

/** A field that is a map of fields itself, or a list of such maps, or has them under names of anybody's choice. */
export interface SectionInfo {
  type: Class<object>;
  list: boolean;
  /** How many names lead to each: 0 none, 1 a map of sections, 2 a map of such maps. */
  names: number;
}

/** The field holds another class of fields. */
export function IsSection(type: Class<object>, { list = false, names = 0 } = {}): PropertyDecorator {
  return (target, property) => {
    Reflect.defineMetadata(SECTIONS, { type, list, names } satisfies SectionInfo, target, property);
    Allow()(target, property);
  };
}

export function sectionOf(type: Class<object>, property: string): SectionInfo | undefined {
  return Reflect.getMetadata(SECTIONS, type.prototype as object, property) as SectionInfo | undefined;
}

export const IsFlag = () => rule('isFlag', (value) => typeof value === 'boolean', 'must be true or false');

/** A number, not a text of digits. */
export const IsBetween = (minimum: number, maximum: number) =>
  rule('isBetween', (value) => isWithin(value, minimum, maximum), `must be a number from ${minimum} to ${maximum}`);

export const IsWholeBetween = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  rule(
    'isWholeBetween',
    (value) => Number.isSafeInteger(value) && isWithin(value, minimum, maximum),
    maximum === Number.MAX_SAFE_INTEGER
      ? `must be a whole number of at least ${minimum}`
      : `must be a whole number from ${minimum} to ${maximum}`,
  );

export const IsOneOf = (values: readonly (string | number)[]) =>
  rule('isOneOf', (value) => (values as readonly unknown[]).includes(value), `must be one of ${values.join(', ')}`);

/** One to so many characters. */
export const IsText = (maximum: number) =>
  rule(
    'isText',
    (value) => typeof value === 'string' && value.trim() !== '' && value.length <= maximum,
    `must be a text of 1 to ${maximum} characters`,
  );

export const IsTexts = () =>
  rule('isTexts', (value) => Array.isArray(value) && value.every((word) => typeof word === 'string'), 'must be a list of texts');

/** What plans, object keys and addresses can have in them without further ado. */
export const IsName = () =>
  rule(
    'isName',
    (value) => typeof value === 'string' && /^(?!\.+$)[\w.-]{1,128}$/.test(value),
    "must be 1 to 128 letters, digits, '.', '_' and '-'",
  );

/** A BCP 47 tag. */
export const IsLanguage = () => rule('isLanguage', isLanguage, 'must be a BCP 47 language tag such as ru-RU or en');

/** Anything a vendor takes, by name. */
export const IsOptions = () => rule('isOptions', isRecord, 'must be a map');

/** An http(s) address without a user, a query or a fragment. */
export const IsServerAddress = () =>
  rule('isServerAddress', isServerAddress, 'must be an address such as https://example.com/v1, without a user, a query or a fragment');

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rule(name: string, validate: (value: unknown) => boolean, words: string): PropertyDecorator {
  return ValidateBy({ name, validator: { validate, defaultMessage: () => words } });
}

function isWithin(value: unknown, minimum: number, maximum: number): boolean {
  return typeof value === 'number' && value >= minimum && value <= maximum;
}

function isLanguage(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return normaliseLanguage(value) !== '';
  } catch {
    return false;
  }
}

function isServerAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}
