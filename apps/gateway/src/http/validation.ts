import { Injectable, ValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from '@parlance/contracts';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { ValidateBy, validateSync, type ValidationError, type ValidationOptions } from 'class-validator';
import { isFlawless } from './field-checks.js';
import { checkNesting } from './nesting.js';

const STRICT = { whitelist: true, forbidUnknownValues: false };

/** Checks bodies and queries against their class. A body's field that the class does not have is an error; a query's is left out. */
@Injectable()
export class RequestValidation implements PipeTransform {
  private readonly query = new ValidationPipe({
    ...STRICT,
    transform: true,
    exceptionFactory: (problems) => toInvalidRequest(problems),
  });

  /** @throws InvalidRequestError */
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'query') return (await this.query.transform(value, metadata)) as unknown;
    if (metadata.type !== 'body') return value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InvalidRequestError('The body must be a JSON object.', undefined, { reason: 'invalid_type' });
    }
    return metadata.metatype === undefined ? value : instanceOf(metadata.metatype, value);
  }
}

/**
 * The fields of a form as an instance of their class; fields the class does not have are left out. A field with
 * several values becomes an array where the class lists it in `lists`; otherwise the last value counts.
 * @throws InvalidRequestError
 */
export function validateForm<Form extends object>(
  type: ClassConstructor<Form>,
  fields: ReadonlyMap<string, readonly string[]>,
  lists: readonly string[] = [],
): Form {
  const given = [...fields].filter(([, values]) => values.at(-1) !== '');
  const plain = Object.fromEntries(given.map(([name, values]) => [name, lists.includes(name) ? values : values.at(-1)]));
  const form = plainToInstance(type, plain);
  if (isFlawless(form)) return form;
  const problems = validateSync(form, { whitelist: true });
  if (problems.length > 0) throw toInvalidRequest(problems);
  return form;
}

/**
 * A JSON body as an instance of its class, for routes that take other bodies, too; unknown fields are an error.
 * @throws InvalidRequestError
 */
export async function validateJson<Body extends object>(type: ClassConstructor<Body>, body: unknown): Promise<Body> {
  return (await new RequestValidation().transform(body, { type: 'body', metatype: type })) as Body;
}

/** By hand and at once: the framework's pipe checks in promises, and no check here waits for anything. */
function instanceOf(type: ClassConstructor<unknown>, value: object): unknown {
  if (type === Object) return value;
  checkNesting(value);
  const instance = plainToInstance(type, value) as object;
  const problems = isFlawless(instance) ? [] : validateSync(instance, { ...STRICT, forbidNonWhitelisted: true });
  if (problems.length > 0) throw toInvalidRequest(problems);
  return instance;
}

/** A field that is null counts as left out. */
export function withoutNulls(body: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== undefined));
}

/** At least one and at most `maximum` characters: Unicode code points, as OpenAI counts them. */
export function HasCharacters(minimum: number, maximum: number, options: ValidationOptions = {}): PropertyDecorator {
  const validator = {
    validate: (value: unknown): boolean => typeof value === 'string' && isWithin(value, minimum, maximum),
    defaultMessage: (): string => `$property must be a string of ${minimum} to ${maximum} characters`,
  };
  return ValidateBy({ name: 'hasCharacters', validator }, options);
}

function isWithin(text: string, minimum: number, maximum: number): boolean {
  // A code point has at most two units: most texts need no counting.
  if (text.length < minimum || text.length > 2 * maximum) return false;
  const count = countCharacters(text);
  return count >= minimum && count <= maximum;
}

/** A number, not a text of digits, within the range. */
export function IsNumberBetween(minimum: number, maximum: number): PropertyDecorator {
  return ValidateBy({
    name: 'isNumberBetween',
    validator: {
      validate: (value: unknown): boolean => typeof value === 'number' && value >= minimum && value <= maximum,
      defaultMessage: (): string => `$property must be a number from ${minimum} to ${maximum}`,
    },
  });
}

/** Unicode code points. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function toInvalidRequest(problems: readonly ValidationError[], parent = ''): InvalidRequestError {
  const [problem] = problems;
  if (problem === undefined) return new InvalidRequestError('The request is not valid.');
  const { children = [], constraints = {} } = problem;
  // What is wrong with an object may be wrong with a field of it.
  if (problem.constraints === undefined && children.length > 0) return toInvalidRequest(children, `${parent}${problem.property}.`);
  const property = `${parent}${problem.property}`;
  const value: unknown = problem.value;
  if ('whitelistValidation' in constraints) {
    const name = property.replaceAll(/[^\w.[\]-]/g, '?').slice(0, 64);
    return new InvalidRequestError(`Unknown parameter: '${name}'.`, name, { reason: 'unknown_parameter' });
  }
  if (value === undefined || value === null) {
    return new InvalidRequestError(`Missing required parameter: '${property}'.`, property, { reason: 'missing_required_parameter' });
  }
  // Decorators are checked from the lowest up: the highest says what kind of value it must be, which no range of a text is.
  const what = Object.values(constraints).at(-1) ?? 'has no valid value';
  return new InvalidRequestError(`Invalid '${property}': ${what}.`, property, { reason: 'invalid_value' });
}
