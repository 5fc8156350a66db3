/** Checks a value by the very schema that stands in the document. */
import type { JsonSchema, JsonType } from './json-schema.ts';

/** Looks no deeper into the value than the schema does, whatever a client has nested. */
export function conforms(schema: JsonSchema, value: unknown): boolean {
  return (
    hasType(schema.type, value) &&
    (schema.enum === undefined || schema.enum.some((one) => one === value)) &&
    (schema.anyOf === undefined || schema.anyOf.some((one) => conforms(one, value))) &&
    (schema.oneOf === undefined || schema.oneOf.filter((one) => conforms(one, value)).length === 1) &&
    contentConforms(schema, value)
  );
}

/** As in JSON Schema, a keyword about lists says nothing about texts, and so on. */
function contentConforms(schema: JsonSchema, value: unknown): boolean {
  if (typeof value === 'number') {
    return value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
  }
  if (typeof value === 'string') return value.length >= (schema.minLength ?? 0);
  if (Array.isArray(value)) return listConforms(schema, value);
  return typeof value !== 'object' || value === null || objectConforms(schema, value);
}

function listConforms({ items, minItems = 0 }: JsonSchema, list: readonly unknown[]): boolean {
  return list.length >= minItems && (items === undefined || list.every((item) => conforms(items, item)));
}

function objectConforms(
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  value: object,
): boolean {
  if (!required.every((name) => Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(([name, member]: [string, unknown]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    return schema === undefined || (schema !== false && conforms(schema, member));
  });
}

function hasType(types: JsonSchema['type'], value: unknown): boolean {
  if (types === undefined) return true;
  return typeof types === 'string' ? isOfType(types, value) : types.some((type) => isOfType(type, value));
}

function isOfType(type: JsonType, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
  }
}
