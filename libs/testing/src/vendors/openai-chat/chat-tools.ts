import { ChatRefusal, expectArray, expectObject, expectOneOf, expectString, type JsonObject } from './chat.errors.js';

export const FUNCTION_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const mostTools = 128;

/**
 * The names of the functions that are offered; none without tools.
 * @throws ChatRefusal unless OpenAI takes them
 */
export function expectTools(tools: unknown): string[] {
  if (tools === undefined) return [];
  return expectArray(tools, 'tools', mostTools).map((value, index) => {
    const place = `tools[${index}]`;
    const tool = expectObject(value, place, ['type', 'function']);
    expectOneOf(tool['type'], `${place}.type`, ['function']);
    const offered = expectObject(tool['function'], `${place}.function`, ['name', 'description', 'parameters', 'strict']);
    const name = expectString(offered['name'], `${place}.function.name`, FUNCTION_NAME);
    if (offered['description'] !== undefined) expectString(offered['description'], `${place}.function.description`);
    // A function without parameters takes none.
    const { parameters, strict } = offered;
    if (parameters !== undefined) expectParameters(parameters, strict === true, { name, param: `${place}.function.parameters` });
    return name;
  });
}

/** @throws ChatRefusal unless it is a choice among the offered functions */
export function expectToolChoice(choice: unknown, offered: readonly string[]): void {
  if (choice === undefined) return;
  if (offered.length === 0) {
    const message = "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.";
    throw new ChatRefusal(400, message, null, 'tool_choice');
  }
  if (typeof choice === 'string') return void expectOneOf(choice, 'tool_choice', ['none', 'auto', 'required']);
  const { type, function: chosen } = expectObject(choice, 'tool_choice', ['type', 'function']);
  expectOneOf(type, 'tool_choice.type', ['function']);
  const { name } = expectObject(chosen, 'tool_choice.function', ['name']);
  if (offered.includes(expectString(name, 'tool_choice.function.name'))) return;
  throw new ChatRefusal(400, `Tool choice '${String(name)}' not found in 'tools' parameter.`, null, 'tool_choice');
}

interface Schema {
  /** Of the function. */
  name: string;
  param: string;
}

function expectParameters(parameters: unknown, strict: boolean, schema: Schema): void {
  const root = expectObject(parameters, schema.param);
  if (root['type'] !== 'object') {
    const given = typeof root['type'] === 'string' ? root['type'] : 'None';
    throw invalidSchema(schema, `schema must be a JSON Schema of 'type: "object"', got 'type: "${given}"'.`);
  }
  if (root['properties'] === undefined) throw invalidSchema(schema, 'In context=(), object schema missing properties.');
  expectSchema(root, strict, schema, []);
}

/** As deep as the properties and the elements of arrays go. */
function expectSchema(value: unknown, strict: boolean, schema: Schema, context: readonly string[]): void {
  const where = `In context=(${context.map((name) => `'${name}'`).join(', ')})`;
  const object = asObject(value) ?? refuse(schema, `${where}, a schema is not an object.`);
  const { type, items, properties = {}, required = [] } = object;
  if (type === 'array') {
    if (items === undefined) throw invalidSchema(schema, `${where}, array schema missing items.`);
    expectSchema(items, strict, schema, [...context, 'items']);
  }
  if (type !== 'object') return;
  const children = asObject(properties) ?? refuse(schema, `${where}, 'properties' is not an object.`);
  const names: unknown[] = Array.isArray(required) ? required : refuse(schema, `${where}, 'required' is not an array.`);
  const stranger = names.find((name) => typeof name !== 'string' || !Object.hasOwn(children, name));
  if (stranger !== undefined) throw invalidSchema(schema, `${where}, 'required' names what is no property.`);
  if (strict && object['additionalProperties'] !== false) {
    throw invalidSchema(schema, `${where}, 'additionalProperties' is required to be supplied and to be false.`);
  }
  if (strict && names.length < Object.keys(children).length) {
    throw invalidSchema(schema, `${where}, 'required' is required to be supplied and to be an array including every key in properties.`);
  }
  for (const [name, child] of Object.entries(children)) expectSchema(child, strict, schema, [...context, 'properties', name]);
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function refuse(schema: Schema, reason: string): never {
  throw invalidSchema(schema, reason);
}

function invalidSchema({ name, param }: Schema, reason: string): ChatRefusal {
  return new ChatRefusal(400, `Invalid schema for function '${name}': ${reason}`, 'invalid_function_parameters', param);
}
