import { getMetadataStorage, ValidationTypes, type ValidationArguments, type ValidatorConstraintInterface } from 'class-validator';

/** What class-validator keeps of one decorator. */
type Decoration = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

interface Field {
  /** Whether the field is looked at: a field that may be left out, and is, is not. */
  conditions: Decoration[];
  checks: { decoration: Decoration; validator: ValidatorConstraintInterface }[];
}

type Fields = ReadonlyMap<string, Field>;

const fieldsOfClasses = new WeakMap<object, Fields | undefined>();

/**
 * Whether class-validator would find nothing wrong with an instance, fields that its class does not have among it. `false`
 * also where that cannot be told here: class-validator then looks itself, and has the words for what it finds.
 *
 * It puts the decorators of a class together anew for every instance, and an error for every field, whereupon nearly all
 * requests have none. Checked by what is put together once, the body of a request for speech takes 30 µs instead of 110
 * (Node 20, one request after the other).
 */
export function isFlawless(instance: object): boolean {
  const fields = fieldsOf(instance.constructor);
  if (fields === undefined) return false;
  for (const name of Object.keys(instance)) if (!fields.has(name)) return false;
  for (const [name, field] of fields) {
    const value = (instance as Record<string, unknown>)[name];
    if (isWanted(instance, value, field) && !isFieldFlawless(instance, value, field)) return false;
  }
  return true;
}

function isWanted(instance: object, value: unknown, { conditions }: Field): boolean {
  return conditions.every(({ constraints }) => Boolean((constraints[0] as Condition)(instance, value)));
}

type Condition = (instance: object, value: unknown) => unknown;

function isFieldFlawless(instance: object, value: unknown, { checks }: Field): boolean {
  return checks.every(({ decoration, validator }) => {
    const { constraints, each, propertyName: property } = decoration;
    const about: ValidationArguments = { targetName: instance.constructor.name, property, object: instance, value, constraints };
    // A promise is not `true`: its end is not waited for here.
    if (each && Array.isArray(value)) return value.every((item) => validator.validate(item, about) === true);
    return validator.validate(value, about) === true;
  });
}

function fieldsOf(type: object): Fields | undefined {
  if (!fieldsOfClasses.has(type)) fieldsOfClasses.set(type, readFields(type as Function));
  return fieldsOfClasses.get(type);
}

/** `undefined`: the class has something that only class-validator itself knows how to check. */
function readFields(type: Function): Fields | undefined {
  const storage = getMetadataStorage();
  const fields = new Map<string, Field>();
  for (const decoration of storage.getTargetValidationMetadatas(type, '', false, false)) {
    const field = fields.get(decoration.propertyName) ?? { conditions: [], checks: [] };
    fields.set(decoration.propertyName, field);
    if (decoration.type === ValidationTypes.CONDITIONAL_VALIDATION) field.conditions.push(decoration);
    else if (decoration.type === ValidationTypes.CUSTOM_VALIDATION && decoration.validateIf === undefined) {
      const validators = storage.getTargetValidatorConstraints(decoration.constraintCls).map(({ instance }) => instance);
      field.checks.push(...validators.map((validator) => ({ decoration, validator })));
    } else if (decoration.type !== ValidationTypes.WHITELIST) return undefined;
  }
  return fields.size === 0 ? undefined : fields;
}
